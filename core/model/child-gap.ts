/** What changes between two children that stay: nodes that go, nodes that come, the text around them. RFC 5261 §4.3–4.5. */
import { isBlank } from '../documents/source-nodes.ts'
import type { SourcePath } from '../documents/source-path.ts'
import type { PatchOperation } from '../documents/xml-patch.ts'
import type { ChildContent } from './child-content.ts'
import type { ChildPair } from './child-alignment.ts'
import { namespacesOf } from './patch-namespaces.ts'

export interface ChildGap {
  readonly old: ChildContent
  readonly now: ChildContent
  /** The children on both sides, in both versions; -1 and the number of children: the edges of the parent. */
  readonly left: ChildPair
  readonly right: ChildPair
  /** Of the parent. */
  readonly selector: string
  /** The parent as it becomes. */
  readonly path: SourcePath
}

/** Undefined: only replacing the whole parent can say it. */
export function gapOperations(gap: ChildGap): readonly PatchOperation[] | undefined {
  const { left, right } = gap
  const leaving = right.old - left.old - 1
  const coming = right.now - left.now - 1
  if (leaving === 0 && coming === 0) return textOperations(gap)
  if (leaving === 1 && coming === 1) {
    const replacement = replaceOnly(gap)
    if (replacement) return [replacement]
  }
  return keepLastText(gap) ?? keepFirstText(gap)
}

const NO_NAMESPACES = new Map<string, string>()

function textOperations(gap: ChildGap): readonly PatchOperation[] {
  const { old, now, right } = gap
  const was = old.texts[right.old] ?? ''
  const is = now.texts[right.now] ?? ''
  if (was === is) return []
  const namespaces = NO_NAMESPACES
  if (was === '') return [insertLeft(gap, is)]
  const before = old.texts.slice(0, right.old).filter((text) => text !== '').length
  const selector = `${gap.selector}/text()[${before + 1}]`
  if (is === '') return [{ operation: 'remove', selector, namespaces }]
  return [{ operation: 'replace', selector, content: is, namespaces }]
}

/** One node in the place of another of its kind, the text around it as before. */
function replaceOnly({
  old,
  now,
  left,
  right,
  selector,
  path,
}: ChildGap): PatchOperation | undefined {
  const [was, is] = [old.nodes[left.old + 1], now.nodes[left.now + 1]]
  const sameText =
    old.texts[left.old + 1] === now.texts[left.now + 1] &&
    old.texts[right.old] === now.texts[right.now]
  if (!was || !is || !sameText || stepKind(was.step) !== stepKind(is.step)) return undefined
  const namespaces = namespacesOf([is], path)
  return { operation: 'replace', selector: `${selector}/${was.step}`, content: is.text, namespaces }
}

function stepKind(step: string): string {
  return step.slice(0, step.indexOf('['))
}

/** Nodes go with the white space before them; what comes is put before the text that stays. */
function keepLastText(gap: ChildGap): readonly PatchOperation[] | undefined {
  const { old, now, left, right } = gap
  const kept = old.texts[right.old] ?? ''
  const written = writtenGap(gap)
  const fits = isWhole(kept, now.texts[right.now]) && written.endsWith(kept)
  if (!fits || !old.texts.slice(left.old + 1, right.old).every(isBlank)) return undefined
  const content = written.slice(0, written.length - kept.length)
  const removals = removeNodes(gap, 'before')
  return content === '' ? removals : [...removals, insertLeft(gap, content)]
}

/** Nodes go with the white space behind them; what comes is put behind the text that stays. */
function keepFirstText(gap: ChildGap): readonly PatchOperation[] | undefined {
  const { old, now, left, right } = gap
  const kept = old.texts[left.old + 1] ?? ''
  const written = writtenGap(gap)
  const fits = isWhole(kept, now.texts[left.now + 1]) && written.startsWith(kept)
  if (!fits || !old.texts.slice(left.old + 2, right.old + 1).every(isBlank)) return undefined
  const content = written.slice(kept.length)
  const removals = removeNodes(gap, 'after')
  return content === '' ? removals : [...removals, insertRight(gap, content)]
}

/** Cutting such a text off cuts no reference and no CDATA section in two. */
function isWhole(text: string, other: string | undefined): boolean {
  return text === other || isBlank(text)
}

/** As the gap is written in the new version. */
function writtenGap({ now, left, right }: ChildGap): string {
  let written = now.texts[left.now + 1] ?? ''
  for (let at = left.now + 1; at < right.now; at++) {
    written += (now.nodes[at]?.text ?? '') + (now.texts[at + 1] ?? '')
  }
  return written
}

/** From the last one on, with the white space on one side. */
function removeNodes(
  { old, left, right, selector }: ChildGap,
  side: 'before' | 'after',
): PatchOperation[] {
  const operations: PatchOperation[] = []
  for (let at = right.old - 1; at > left.old; at--) {
    const space = old.texts[side === 'before' ? at : at + 1]
    operations.push({
      operation: 'remove',
      selector: `${selector}/${old.nodes[at]?.step ?? ''}`,
      namespaces: NO_NAMESPACES,
      ...(space === '' ? {} : { whiteSpace: side }),
    })
  }
  return operations
}

function insertLeft(gap: ChildGap, content: string): PatchOperation {
  const { old, left } = gap
  const neighbour = old.nodes[left.old]
  if (neighbour) return insertion(gap, content, `/${neighbour.step}`, 'after')
  const isEmpty = old.nodes.length === 0 && old.texts[0] === ''
  return insertion(gap, content, '', isEmpty ? undefined : 'prepend')
}

/** Once the nodes of the gap are gone. */
function insertRight(gap: ChildGap, content: string): PatchOperation {
  const { old, left, right } = gap
  const neighbour = old.nodes[right.old]
  if (!neighbour) return insertion(gap, content, '', undefined)
  const kind = stepKind(neighbour.step)
  const gone = old.nodes.slice(left.old + 1, right.old)
  const earlier = gone.filter(({ step }) => stepKind(step) === kind).length
  const number = Number(neighbour.step.slice(kind.length + 1, -1)) - earlier
  return insertion(gap, content, `/${kind}[${number}]`, 'before')
}

function insertion(
  { now, left, right, selector, path }: ChildGap,
  content: string,
  step: string,
  position: string | undefined,
): PatchOperation {
  const namespaces = namespacesOf(now.nodes.slice(left.now + 1, right.now), path)
  const where = position === undefined ? {} : { position }
  return { operation: 'add', selector: `${selector}${step}`, content, namespaces, ...where }
}
