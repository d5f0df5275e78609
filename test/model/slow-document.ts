/** Slow, obviously right model of node operations: a tree that is written anew after every change. RFC 4825 §6.3, §8.2.3. */
import { XML_NAMESPACE } from '../../core/documents/xml-element.ts'
import type { ElementStep, ExpandedName, NodeSelector } from '../../core/model/node-selector.ts'

export interface SlowElement {
  prefix: string
  local: string
  /** Namespace declarations among them. */
  attributes: SlowAttribute[]
  /** White space before the end of the start tag. */
  space: string
  /** Written as `<a/>` as long as there is no content. */
  empty: boolean
  children: SlowNode[]
}

export interface SlowAttribute {
  space: string
  name: string
  /** White space around the equals sign is part of it. */
  equals: string
  quote: string
  /** As written, and what it means. */
  written: string
  value: string
}

/** Text, a comment, a CDATA section or a processing instruction, as written. */
export type SlowNode = SlowElement | string

export interface SlowDocument {
  before: string
  root: SlowElement
  behind: string
}

export interface SlowSelection {
  element: SlowElement
  attribute?: SlowAttribute
}

export function write({ before, root, behind }: SlowDocument): string {
  return before + writeElement(root) + behind
}

export function writeElement(element: SlowElement): string {
  const name = (element.prefix ? `${element.prefix}:` : '') + element.local
  const attributes = element.attributes.map(
    ({ space, name, equals, quote, written }) => space + name + equals + quote + written + quote,
  )
  const tag = `<${name}${attributes.join('')}${element.space}`
  if (element.empty && element.children.length === 0) return `${tag}/>`
  const content = element.children.map((node) =>
    typeof node === 'string' ? node : writeElement(node),
  )
  return `${tag}>${content.join('')}</${name}>`
}

/** From the root element to the element. */
function ancestors(root: SlowElement, element: SlowElement): SlowElement[] {
  if (root === element) return [root]
  for (const child of root.children) {
    if (typeof child === 'string') continue
    const below = ancestors(child, element)
    if (below.length > 0) return [root, ...below]
  }
  return []
}

export function bindings(root: SlowElement, element: SlowElement): Map<string, string> {
  const bound = new Map<string, string>()
  for (const { attributes } of ancestors(root, element)) {
    for (const { name, value } of attributes) {
      if (name === 'xmlns') bound.set('', value)
      if (name.startsWith('xmlns:')) bound.set(name.slice(6), value)
    }
  }
  if (bound.get('') === '') bound.delete('')
  return bound
}

function isElementNamed(root: SlowElement, element: SlowElement, name: ExpandedName): boolean {
  const namespace = bindings(root, element).get(element.prefix) ?? ''
  return element.local === name.name && namespace === name.namespace
}

export function attributeNamed(
  root: SlowElement,
  element: SlowElement,
  { namespace, name }: ExpandedName,
): SlowAttribute | undefined {
  return element.attributes.find((attribute) => {
    const [local = '', prefix] = attribute.name.split(':').reverse()
    if (prefix === 'xmlns' || attribute.name === 'xmlns' || local !== name) return false
    if (prefix === undefined) return namespace === ''
    const bound = prefix === 'xml' ? XML_NAMESPACE : bindings(root, element).get(prefix)
    return bound === namespace
  })
}

function candidates(root: SlowElement, parent: SlowElement | undefined, step: ElementStep) {
  const children = parent ? parent.children : [root]
  let found = children.filter((child) => typeof child !== 'string')
  const { name, position, attribute } = step
  if (name) found = found.filter((element) => isElementNamed(root, element, name))
  if (position !== undefined) found = found.filter((_, index) => index + 1 === position)
  if (attribute) {
    found = found.filter(
      (element) => attributeNamed(root, element, attribute)?.value === attribute.value,
    )
  }
  return found
}

export function follow(root: SlowElement, steps: readonly ElementStep[]): SlowElement[] {
  const path: SlowElement[] = []
  for (const step of steps) {
    const found = candidates(root, path.at(-1), step)
    if (found.length !== 1) break
    path.push(found[0]!)
  }
  return path
}

export function select(
  { root }: SlowDocument,
  { steps, target }: NodeSelector,
): SlowSelection | undefined {
  const path = follow(root, steps)
  const element = path.at(-1)
  if (!element || path.length < steps.length) return undefined
  if (target.kind !== 'attribute') return { element }
  const attribute = attributeNamed(root, element, target)
  return attribute && { element, attribute }
}

/** Every place between two children of the parent, in order, that RFC 4825 §8.2.3 lets the new element have. */
export function insertionGap(root: SlowElement, parent: SlowElement, step: ElementStep): number {
  const { name, position } = step
  const isSibling = (node: SlowNode) =>
    typeof node !== 'string' && (!name || isElementNamed(root, node, name))
  const gaps = Array.from({ length: parent.children.length + 1 }, (_, gap) => ({
    gap,
    before: parent.children.slice(0, gap).filter(isSibling).length,
    behind: parent.children.slice(gap).filter(isSibling).length,
  }))
  const siblings = parent.children.filter(isSibling).length
  const last = parent.children.length
  if (position === undefined) {
    // Last of all; or the earliest place with no sibling of the name behind it.
    if (!name || siblings === 0) return last
    return gaps.find(({ behind }) => behind === 0)!.gap
  }
  if (position === 1) {
    // Just before the first sibling, hence as late as none stands before it.
    return siblings === 0 ? last : gaps.findLast(({ before }) => before === 0)!.gap
  }
  // The earliest place with n-1 siblings before it.
  return gaps.find(({ before }) => before === position - 1)?.gap ?? -1
}
