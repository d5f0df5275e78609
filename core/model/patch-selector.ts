/** Selector of a patch operation: its grammar, with names expanded. RFC 5261 §4.1, §4.2, §8. */
import type { Bindings } from '../documents/source-path.ts'
import { XML_NAMESPACE } from '../documents/xml-element.ts'
import { NCNAME } from '../documents/xml-name.ts'
import type { PatchFault } from '../documents/xml-patch.ts'
import type { ExpandedName } from './node-selector.ts'

export interface PatchSelector {
  /** From the root element on; none: a node beside it is meant. */
  readonly steps: readonly PatchStep[]
  readonly target: PatchTarget
}

export interface PatchStep {
  /** Absent: `*`. */
  readonly name?: ExpandedName
  /** In this order: a position counts among what the ones before it left. */
  readonly predicates: readonly PatchPredicate[]
}

export type PatchPredicate =
  | { readonly kind: 'position'; readonly position: number }
  | { readonly kind: 'attribute'; readonly name: ExpandedName; readonly value: string }
  | { readonly kind: 'child'; readonly name: ExpandedName; readonly value: string }
  | { readonly kind: 'self'; readonly value: string }

type PatchTarget =
  | { readonly kind: 'element' }
  | { readonly kind: 'attribute'; readonly name: ExpandedName }
  | { readonly kind: 'namespace'; readonly prefix: string }
  | OtherTarget

export interface OtherTarget {
  readonly kind: 'text' | 'comment' | 'instruction'
  readonly position?: number
  /** Of a processing instruction. */
  readonly name?: string
}

const QNAME = `(?:(${NCNAME}):)?(${NCNAME})`
const NAME_TEST = new RegExp(`(?:\\*|${QNAME})`, 'uy')
const PREDICATE = new RegExp(
  `\\[(?:([0-9]{1,9})|(?:(\\.)|(@)?${QNAME})=("[^"]*"|'[^']*'))\\]`,
  'uy',
)
const ATTRIBUTE = new RegExp(`^@${QNAME}$`, 'u')
const NAMESPACE = new RegExp(`^namespace::(${NCNAME})$`, 'u')
const OTHER_NODE = new RegExp(
  `^(?:(text|comment)\\(\\)|processing-instruction\\((?:"(${NCNAME})"|'(${NCNAME})')?\\))(?:\\[([0-9]{1,9})\\])?$`,
  'u',
)

export function parsePatchSelector(
  selector: string,
  namespaces: Bindings,
): PatchSelector | PatchFault {
  // There is no schema to say which attributes are identifiers.
  if (selector.startsWith('id(')) return 'unsupported-id-function'
  const steps: PatchStep[] = []
  for (let at = selector.startsWith('/') ? 1 : 0; ; at++) {
    const rest = selector.slice(at)
    const target = parseTarget(rest, namespaces)
    if (typeof target === 'string') return target
    if (target) return { steps, target }
    const step = parseStep(selector, at, namespaces)
    if (typeof step === 'string') return step
    steps.push(step)
    at = step.end
    if (at === selector.length) return { steps, target: { kind: 'element' } }
    if (selector[at] !== '/') return 'invalid-attribute-value'
  }
}

/** Undefined: another step comes first. */
function parseTarget(rest: string, namespaces: Bindings): PatchTarget | PatchFault | undefined {
  const attribute = ATTRIBUTE.exec(rest)
  if (attribute) {
    const name = attributeName(attribute[1], attribute[2] ?? '', namespaces)
    return name ? { kind: 'attribute', name } : 'invalid-namespace-prefix'
  }
  const prefix = NAMESPACE.exec(rest)?.[1]
  if (prefix !== undefined) return { kind: 'namespace', prefix }
  const other = OTHER_NODE.exec(rest)
  if (!other) return undefined
  const [, kind, quoted, apostrophed, digits] = other
  const name = quoted ?? apostrophed
  return {
    kind: kind === 'text' || kind === 'comment' ? kind : 'instruction',
    ...(digits === undefined ? {} : { position: Number(digits) }),
    ...(name === undefined ? {} : { name }),
  }
}

function parseStep(
  selector: string,
  start: number,
  namespaces: Bindings,
): (PatchStep & { readonly end: number }) | PatchFault {
  NAME_TEST.lastIndex = start
  const test = NAME_TEST.exec(selector)
  if (!test) return 'invalid-attribute-value'
  const [, prefix, local] = test
  const name = local === undefined ? undefined : elementName(prefix, local, namespaces)
  if (local !== undefined && !name) return 'invalid-namespace-prefix'
  const predicates: PatchPredicate[] = []
  let end = start + test[0].length
  while (selector[end] === '[') {
    PREDICATE.lastIndex = end
    const match = PREDICATE.exec(selector)
    if (!match) return 'invalid-attribute-value'
    const predicate = predicateOf(match, namespaces)
    if (!predicate) return 'invalid-namespace-prefix'
    predicates.push(predicate)
    end += match[0].length
  }
  return { ...(name ? { name } : {}), predicates, end }
}

function predicateOf(match: RegExpExecArray, namespaces: Bindings): PatchPredicate | undefined {
  const [, digits, self, at, prefix, local = '', quoted = ''] = match
  if (digits !== undefined) return { kind: 'position', position: Number(digits) }
  const value = quoted.slice(1, -1)
  if (self !== undefined) return { kind: 'self', value }
  const kind = at === undefined ? 'child' : 'attribute'
  const expand = at === undefined ? elementName : attributeName
  const name = expand(prefix, local, namespaces)
  return name && { kind, name, value }
}

/** Without a prefix it is in the default namespace of the diff, unlike in XPath. §4.2.2 */
function elementName(prefix = '', name: string, namespaces: Bindings): ExpandedName | undefined {
  const namespace = namespaces.get(prefix) ?? (prefix === '' ? '' : undefined)
  return namespace === undefined ? undefined : { namespace, name }
}

function attributeName(
  prefix: string | undefined,
  name: string,
  namespaces: Bindings,
): ExpandedName | undefined {
  if (prefix === undefined) return { namespace: '', name }
  const namespace = prefix === 'xml' ? XML_NAMESPACE : namespaces.get(prefix)
  return namespace === undefined ? undefined : { namespace, name }
}
