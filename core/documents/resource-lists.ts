/** Resource lists: the addresses that somebody keeps, in lists and lists of lists. RFC 4826 §3. */
import { schemaError, type Reading } from './reading.ts'
import {
  attributeOf,
  elementsOf,
  isNamed,
  textOf,
  XML_NAMESPACE,
  xmlAttribute,
  xmlElement,
  type XmlAttribute,
  type XmlElement,
} from './xml-element.ts'
import { writeXml } from './xml-writer.ts'

export const RESOURCE_LISTS_NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists'
export const RESOURCE_LISTS_MEDIA_TYPE = 'application/resource-lists+xml'

interface Described {
  readonly displayName?: DisplayName
  /** Of other namespaces. */
  readonly attributes: readonly XmlAttribute[]
  /** Elements of other namespaces. */
  readonly extensions: readonly XmlElement[]
}

export interface DisplayName {
  readonly text: string
  /** `xml:lang` */
  readonly language?: string
}

export interface ResourceList extends Described {
  readonly kind: 'list'
  readonly name?: string
  /** In document order. */
  readonly members: readonly ListMember[]
}

export interface ListEntry extends Described {
  readonly kind: 'entry'
  readonly uri: string
}

/** An entry of another list. `reference`: relative to the XCAP root. RFC 4826 §3.1 */
interface EntryReference extends Described {
  readonly kind: 'entry-ref'
  readonly reference: string
}

/** Another whole list. `anchor`: absolute. RFC 4826 §3.1 */
export interface ExternalList extends Described {
  readonly kind: 'external'
  readonly anchor?: string
}

export type ListMember = ResourceList | ListEntry | EntryReference | ExternalList

export function parseResourceLists(root: XmlElement): Reading<readonly ResourceList[]> {
  if (!isNamed(root, RESOURCE_LISTS_NAMESPACE, 'resource-lists')) {
    return schemaError('the root is not resource-lists')
  }
  const lists: ResourceList[] = []
  for (const element of elementsOf(root)) {
    if (!isNamed(element, RESOURCE_LISTS_NAMESPACE, 'list')) continue
    const list = parseList(element)
    if (typeof list === 'string') return schemaError(list)
    lists.push(list)
  }
  return { value: lists }
}

export function serializeResourceLists(lists: readonly ResourceList[]): string {
  const root = xmlElement(RESOURCE_LISTS_NAMESPACE, 'resource-lists', lists.map(listMemberElement))
  return writeXml(root, new Map([[RESOURCE_LISTS_NAMESPACE, '']]))
}

// The name first, then the members, extensions at the end. RFC 4826 §3.2
export function listMemberElement(member: ListMember): XmlElement {
  const children = [
    ...(member.displayName ? [displayNameElement(member.displayName)] : []),
    ...(member.kind === 'list' ? member.members.map(listMemberElement) : []),
    ...member.extensions,
  ]
  const attributes = [...ownAttribute(member), ...member.attributes]
  return xmlElement(RESOURCE_LISTS_NAMESPACE, member.kind, children, attributes)
}

/** A list by itself, in whichever namespace it stands (RFC 4826 §4.2). A string says what is wrong. */
export function parseList(element: XmlElement): ResourceList | string {
  const members: ListMember[] = []
  for (const child of elementsOf(element)) {
    if (child.namespace !== RESOURCE_LISTS_NAMESPACE) continue
    const member = parseMember(child)
    if (typeof member === 'string') return member
    if (member) members.push(member)
  }
  const name = attributeOf(element, 'name')
  return { kind: 'list', ...(name !== undefined && { name }), members, ...described(element) }
}

/** A string says what is wrong; undefined: it is none of the four. */
export function parseMember(element: XmlElement): ListMember | string | undefined {
  switch (element.name) {
    case 'list':
      return parseList(element)
    case 'entry': {
      const uri = attributeOf(element, 'uri')
      return uri === undefined
        ? 'an entry has no uri'
        : { kind: 'entry', uri, ...described(element) }
    }
    case 'entry-ref': {
      const reference = attributeOf(element, 'ref')
      return reference === undefined
        ? 'an entry-ref has no ref'
        : { kind: 'entry-ref', reference, ...described(element) }
    }
    case 'external': {
      const anchor = attributeOf(element, 'anchor')
      return {
        kind: 'external',
        ...(anchor !== undefined && { anchor }),
        ...described(element),
      }
    }
    default:
      return undefined
  }
}

function described(element: XmlElement): Described {
  const children = elementsOf(element)
  const displayName = children.find((child) =>
    isNamed(child, RESOURCE_LISTS_NAMESPACE, 'display-name'),
  )
  return {
    ...(displayName && { displayName: parseDisplayName(displayName) }),
    attributes: element.attributes.filter(({ namespace }) => namespace !== ''),
    extensions: children.filter(({ namespace }) => namespace !== RESOURCE_LISTS_NAMESPACE),
  }
}

function parseDisplayName(element: XmlElement): DisplayName {
  const language = attributeOf(element, 'lang', XML_NAMESPACE)
  return { text: textOf(element), ...(language !== undefined && { language }) }
}

function displayNameElement({ text, language }: DisplayName): XmlElement {
  const attributes =
    language === undefined
      ? []
      : [{ namespace: XML_NAMESPACE, name: 'lang', prefix: 'xml', value: language }]
  return xmlElement(RESOURCE_LISTS_NAMESPACE, 'display-name', [text], attributes)
}

function ownAttribute(member: ListMember): XmlAttribute[] {
  switch (member.kind) {
    case 'list':
      return member.name === undefined ? [] : [xmlAttribute('name', member.name)]
    case 'entry':
      return [xmlAttribute('uri', member.uri)]
    case 'entry-ref':
      return [xmlAttribute('ref', member.reference)]
    case 'external':
      return member.anchor === undefined ? [] : [xmlAttribute('anchor', member.anchor)]
  }
}
