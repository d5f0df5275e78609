/** Reads the XML that servers send into the element tree: fast-xml-parser, small and at home in browsers too. */
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { Reading } from '../core/documents/reading.ts'
import {
  XML_NAMESPACE,
  type XmlAttribute,
  type XmlElement,
  type XmlNode,
} from '../core/documents/xml-element.ts'

const MAX_LENGTH = 4 * 1024 * 1024
const ATTRIBUTES = ':@'
const TEXT = '#text'
const CDATA = '#cdata'

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  cdataPropName: CDATA,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: 128,
})

/** Tolerant of what servers get wrong, but no document type declaration and no entity beyond XML's own. */
export function readXml(text: string): Reading<XmlElement> {
  if (text.length > MAX_LENGTH) return { error: 'too-large', detail: 'the document is too large' }
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  if (source.includes('<!DOCTYPE')) return notWellFormed('a document type declaration')
  try {
    // Deprecated for a package of its own, which is the same code once more.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const verdict = XMLValidator.validate(source)
    if (verdict !== true) return notWellFormed(verdict.err.msg)
    const [root, ...others] = nodesOf(parser.parse(source), XML_ONLY)
    if (typeof root !== 'object' || others.length > 0)
      return notWellFormed('no single root element')
    return { value: root }
  } catch (error) {
    return notWellFormed(error instanceof Error ? error.message : 'unreadable')
  }
}

/** Reads a document of one format: the tree first, then what it says. */
export function readDocument<T>(text: string, parse: (root: XmlElement) => Reading<T>): Reading<T> {
  const tree = readXml(text)
  return tree.error === undefined ? parse(tree.value) : tree
}

function notWellFormed(detail: string) {
  return { error: 'not-well-formed', detail } as const
}

/** What one element declares, and what stands around it: one of many declarations is not copied for its children. */
interface Prefixes {
  readonly declared: ReadonlyMap<string, string>
  readonly around: Prefixes | undefined
}

const XML_ONLY: Prefixes = { declared: new Map([['xml', XML_NAMESPACE]]), around: undefined }

/** As the parser gives it: `{ name: children, ':@': attributes }`, `{ '#text': … }` or `{ '#cdata': [text] }`. */
type ParsedNode = Record<string, unknown>

function nodesOf(parsed: unknown, prefixes: Prefixes): XmlNode[] {
  const nodes: XmlNode[] = []
  for (const item of Array.isArray(parsed) ? (parsed as ParsedNode[]) : []) {
    const key = Object.keys(item).find((name) => name !== ATTRIBUTES)
    if (key === undefined) continue
    const node = nodeOf(key, item, prefixes)
    const last = nodes.length - 1
    const before = nodes[last]
    if (typeof node === 'string' && typeof before === 'string') nodes[last] = before + node
    else nodes.push(node)
  }
  return withoutLayout(nodes)
}

function nodeOf(key: string, item: ParsedNode, prefixes: Prefixes): XmlNode {
  const content = item[key]
  if (key === TEXT) return decodeEntities(String(content))
  if (key === CDATA) return cdataOf(content)
  const attributes = Object.entries(item[ATTRIBUTES] ?? {}).map(
    ([name, value]) => [name, decodeEntities(normalizeSpace(String(value)))] as const,
  )
  const inScope = declaredIn(attributes, prefixes)
  const { prefix, name } = splitName(key)
  return {
    namespace: namespaceOf(prefix, inScope),
    name,
    prefix,
    attributes: attributes.flatMap(([qualified, value]) => attributeOf(qualified, value, inScope)),
    children: nodesOf(content, inScope),
  }
}

function cdataOf(content: unknown): string {
  const [part] = Array.isArray(content) ? (content as ParsedNode[]) : []
  const text = part?.[TEXT]
  return typeof text === 'string' ? text : ''
}

function declaredIn(
  attributes: readonly (readonly [string, string])[],
  prefixes: Prefixes,
): Prefixes {
  const declared = attributes.flatMap(([name, value]): [string, string][] => {
    if (name === 'xmlns') return [['', value]]
    return name.startsWith('xmlns:') ? [[name.slice('xmlns:'.length), value]] : []
  })
  return declared.length > 0 ? { declared: new Map(declared), around: prefixes } : prefixes
}

/** Of the nearest declaration; none where there is none. Namespaces in XML §6.1. */
function namespaceOf(prefix: string, prefixes: Prefixes): string {
  for (let at: Prefixes | undefined = prefixes; at; at = at.around) {
    const namespace = at.declared.get(prefix)
    if (namespace !== undefined) return namespace
  }
  return ''
}

/** None for a namespace declaration. An attribute without prefix has no namespace. Namespaces in XML §6.2. */
function attributeOf(qualified: string, value: string, prefixes: Prefixes): XmlAttribute[] {
  const { prefix, name } = splitName(qualified)
  if (qualified === 'xmlns' || prefix === 'xmlns') return []
  const namespace = prefix === '' ? '' : namespaceOf(prefix, prefixes)
  return [{ namespace, name, prefix, value }]
}

function splitName(qualified: string): { prefix: string; name: string } {
  const colon = qualified.indexOf(':')
  return { prefix: qualified.slice(0, Math.max(0, colon)), name: qualified.slice(colon + 1) }
}

/** White space that only sets elements apart says nothing. */
function withoutLayout(nodes: XmlNode[]): XmlNode[] {
  const isBlank = (node: XmlNode) => typeof node === 'string' && node.trim() === ''
  const onlyLayout =
    nodes.length > 1 && nodes.every((node) => typeof node !== 'string' || isBlank(node))
  return onlyLayout || nodes.every((node) => typeof node !== 'string' || node === '')
    ? nodes.filter((node) => typeof node !== 'string')
    : nodes
}

/** XML 1.0 §3.3.3. */
function normalizeSpace(attributeValue: string): string {
  return attributeValue.replace(/[\t\n]/g, ' ')
}

const ENTITIES: Partial<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}

/** XML 1.0 §4.1, §4.6. What is no reference stays as it is. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return ENTITIES[name] ?? whole
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
