/** Node operations on the slow model: change the tree, ask it again, write it anew. RFC 4825 §8.2, §8.4. */
import { readSource } from '../../core/documents/source-reader.ts'
import type { NodeSelector } from '../../core/model/node-selector.ts'
import {
  attributeNamed,
  bindings,
  follow,
  insertionGap,
  select,
  write,
  type SlowAttribute,
  type SlowDocument,
  type SlowElement,
} from './slow-document.ts'

export type Outcome =
  { text: string; created: boolean } | { conflict: string; ancestorSteps?: number }

export function putElementSlowly(
  document: SlowDocument,
  selector: NodeSelector,
  fragment: SlowElement,
): Outcome {
  const { root } = document
  const parents = follow(root, selector.steps.slice(0, -1))
  if (parents.length < selector.steps.length - 1) return noParent(parents)
  const parent = parents.at(-1)
  const existing = select(document, selector)?.element
  if (existing) {
    if (parent) parent.children[parent.children.indexOf(existing)] = fragment
    else document.root = fragment
  } else {
    const gap = parent ? insertionGap(root, parent, selector.steps.at(-1)!) : -1
    if (!parent || gap < 0) return { conflict: 'cannot-insert' }
    parent.children.splice(gap, 0, fragment)
  }
  if (select(document, selector)?.element !== fragment) return { conflict: 'cannot-insert' }
  return { text: write(document), created: !existing }
}

export function putAttributeSlowly(
  document: SlowDocument,
  selector: NodeSelector & { target: { kind: 'attribute' } },
  { written, value }: { written: string; value: string },
): Outcome {
  const path = follow(document.root, selector.steps)
  const element = path.at(-1)
  if (!element || path.length < selector.steps.length) return noParent(path)
  const existing = attributeNamed(document.root, element, selector.target)
  if (existing) {
    const reference = existing.quote === '"' ? '&quot;' : '&apos;'
    Object.assign(existing, { value, written: written.replaceAll(existing.quote, reference) })
  } else {
    element.attributes.push(...additions(document, element, selector.target, { written, value }))
  }
  if (select(document, selector)?.element !== element) return { conflict: 'cannot-insert' }
  return { text: write(document), created: !existing }
}

function additions(
  { root }: SlowDocument,
  element: SlowElement,
  { prefix, namespace, name }: { prefix: string; namespace: string; name: string },
  content: { written: string; value: string },
): SlowAttribute[] {
  const quoted = { space: ' ', equals: '=', quote: '"' }
  const bound = bindings(root, element)
  if (prefix === '' || prefix === 'xml' || bound.get(prefix) === namespace) {
    return [{ ...quoted, name: prefix === '' ? name : `${prefix}:${name}`, ...content }]
  }
  const other = [...bound].find(([key, uri]) => key !== '' && uri === namespace)?.[0]
  if (other !== undefined) return [{ ...quoted, name: `${other}:${name}`, ...content }]
  const free = bound.has(prefix) ? 'ns1' : prefix
  return [
    { ...quoted, name: `xmlns:${free}`, written: namespace, value: namespace },
    { ...quoted, name: `${free}:${name}`, ...content },
  ]
}

export function deleteSlowly(document: SlowDocument, selector: NodeSelector): Outcome {
  const selected = select(document, selector)
  if (!selected) return { conflict: 'absent' }
  const { element, attribute } = selected
  const parent = follow(document.root, selector.steps).at(-2)
  if (attribute) element.attributes.splice(element.attributes.indexOf(attribute), 1)
  else if (!parent) return { conflict: 'cannot-delete' }
  else {
    parent.children.splice(parent.children.indexOf(element), 1)
    parent.empty = false
  }
  const text = write(document)
  const again = select(document, selector) ?? readSource(text).error
  return again === undefined ? { text, created: false } : { conflict: 'cannot-delete' }
}

function noParent(path: readonly SlowElement[]): Outcome {
  return { conflict: 'no-parent', ancestorSteps: path.length }
}
