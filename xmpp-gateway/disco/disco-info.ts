/** Service discovery information: who somebody is and what it can do. XEP-0030 §3, XEP-0128. */
import {
  attributeOf,
  elementsOf,
  xmlAttribute,
  xmlElement,
  XML_NAMESPACE,
  type XmlElement,
} from '../../core/documents/xml-element.ts'

export const DISCO_INFO = 'http://jabber.org/protocol/disco#info'

export interface DiscoInfo {
  readonly identities: readonly Identity[]
  readonly features: readonly string[]
  readonly forms: readonly Form[]
}

export interface Identity {
  readonly category: string
  readonly type: string
  readonly lang?: string
  readonly name?: string
}

/** A data form of further facts. XEP-0128 */
export interface Form {
  /** The values of the hidden field FORM_TYPE; undefined: it has no such field. */
  readonly formType: readonly string[] | undefined
  /** Without FORM_TYPE. */
  readonly fields: readonly { readonly name: string; readonly values: readonly string[] }[]
}

const DATA_FORM = 'jabber:x:data'
const FORM_TYPE = 'FORM_TYPE'

/** What software answers that means no harm stays far below it. */
const MOST_PARTS = 2048
const MOST_CHARACTERS = 16 * 1024

/** Undefined: it is larger than any honest answer. */
export function readDiscoInfo(query: XmlElement): DiscoInfo | undefined {
  if (!isBounded(query)) return undefined
  const parts = elementsOf(query)
  const ours = parts.filter(({ namespace }) => namespace === DISCO_INFO)
  return {
    identities: ours.filter(({ name }) => name === 'identity').map(readIdentity),
    features: ours
      .filter(({ name }) => name === 'feature')
      .map((feature) => attributeOf(feature, 'var') ?? ''),
    forms: parts
      .filter(({ namespace, name }) => namespace === DATA_FORM && name === 'x')
      .map(readForm),
  }
}

export function writeDiscoInfo({ identities, features }: DiscoInfo, node?: string): XmlElement {
  const attributes = node === undefined ? [] : [xmlAttribute('node', node)]
  return xmlElement(
    DISCO_INFO,
    'query',
    [...identities.map(writeIdentity), ...features.map(writeFeature)],
    attributes,
  )
}

function isBounded(query: XmlElement): boolean {
  let parts = 0
  let characters = 0
  const waiting = [query]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    parts += 1 + next.attributes.length
    for (const { value } of next.attributes) characters += value.length
    for (const child of next.children) {
      if (typeof child === 'string') characters += child.length
      else waiting.push(child)
    }
    if (parts > MOST_PARTS || characters > MOST_CHARACTERS) return false
  }
  return true
}

/** With the white space around it: it is part of what is hashed. */
function characterData({ children }: XmlElement): string {
  return children.filter((child) => typeof child === 'string').join('')
}

function readIdentity(identity: XmlElement): Identity {
  const lang = attributeOf(identity, 'lang', XML_NAMESPACE)
  const name = attributeOf(identity, 'name')
  return {
    category: attributeOf(identity, 'category') ?? '',
    type: attributeOf(identity, 'type') ?? '',
    ...(lang !== undefined && { lang }),
    ...(name !== undefined && { name }),
  }
}

function writeIdentity({ category, type, name }: Identity): XmlElement {
  const named = name === undefined ? [] : [xmlAttribute('name', name)]
  return xmlElement(DISCO_INFO, 'identity', undefined, [
    xmlAttribute('category', category),
    xmlAttribute('type', type),
    ...named,
  ])
}

function writeFeature(feature: string): XmlElement {
  return xmlElement(DISCO_INFO, 'feature', undefined, [xmlAttribute('var', feature)])
}

function readForm(form: XmlElement): Form {
  const fields = elementsOf(form)
    .filter(({ name, namespace }) => name === 'field' && namespace === DATA_FORM)
    .map((field) => ({
      name: attributeOf(field, 'var') ?? '',
      type: attributeOf(field, 'type'),
      values: elementsOf(field)
        .filter(({ name }) => name === 'value')
        .map(characterData),
    }))
  const named = fields.find(({ name, type }) => name === FORM_TYPE && type === 'hidden')
  return {
    formType: named?.values,
    fields: fields.filter(({ name }) => name !== FORM_TYPE),
  }
}
