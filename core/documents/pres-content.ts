/** Pres-content: the XML that carries a status icon. OMA-SUP-XSD_prs_presContent-V1_0. */
import { schemaError, type Reading } from './reading.ts'
import {
  attributeOf,
  elementsOf,
  isNamed,
  textOf,
  XML_NAMESPACE,
  xmlElement,
  type XmlAttribute,
  type XmlElement,
} from './xml-element.ts'
import { writeXml } from './xml-writer.ts'

export const PRES_CONTENT_NAMESPACE = 'urn:oma:xml:prs:pres-content'
export const PRES_CONTENT_MEDIA_TYPE = 'application/vnd.oma.pres-content+xml'

export interface PresContent {
  /** Of the data, as `image/png`. */
  readonly mimeType?: string
  /** Of the data, as `base64`. */
  readonly encoding?: string
  readonly descriptions: readonly { readonly text: string; readonly language?: string }[]
  /** As written, white space inside included. */
  readonly data: string
  readonly attributes: readonly XmlAttribute[]
  /** Elements of other namespaces. */
  readonly extensions: readonly XmlElement[]
}

type Draft = { -readonly [K in keyof PresContent]?: PresContent[K] } & {
  descriptions: { text: string; language?: string }[]
  extensions: XmlElement[]
}

// DEVIATION: the schema orders mime-type, encoding, description, data; Jitsi writes data first.
export function parsePresContent(root: XmlElement): Reading<PresContent> {
  if (!isNamed(root, PRES_CONTENT_NAMESPACE, 'content')) {
    return schemaError('the root is not content of pres-content')
  }
  if (root.children.some((child) => typeof child === 'string' && child.trim() !== '')) {
    return schemaError('text stands between the elements of content')
  }
  const draft: Draft = { descriptions: [], extensions: [] }
  for (const child of elementsOf(root)) {
    const wrong = readChild(draft, child)
    if (wrong !== undefined) return schemaError(wrong)
  }
  const { data, descriptions, extensions, ...labels } = draft
  if (data === undefined) return schemaError('content has no data')
  return { value: { ...labels, descriptions, data, attributes: root.attributes, extensions } }
}

export function serializePresContent(content: PresContent): string {
  const children: XmlElement[] = []
  const add = (
    name: string,
    text: string | undefined,
    attributes: readonly XmlAttribute[] = [],
  ) => {
    if (text === undefined) return
    children.push(xmlElement(PRES_CONTENT_NAMESPACE, name, [text], attributes))
  }
  add('mime-type', content.mimeType)
  add('encoding', content.encoding)
  for (const { text, language } of content.descriptions) {
    add('description', text, language === undefined ? [] : [languageAttribute(language)])
  }
  add('data', content.data)
  children.push(...content.extensions)
  const root = xmlElement(PRES_CONTENT_NAMESPACE, 'content', children, content.attributes)
  return writeXml(root, new Map([[PRES_CONTENT_NAMESPACE, '']]))
}

const SINGLE = { 'mime-type': 'mimeType', encoding: 'encoding', data: 'data' } as const

/** Gives what is wrong with the child, if anything is. */
function readChild(draft: Draft, child: XmlElement): string | undefined {
  if (child.namespace !== PRES_CONTENT_NAMESPACE) {
    draft.extensions.push(child)
    return undefined
  }
  if (child.children.some((inside) => typeof inside !== 'string')) {
    return `${child.name} holds an element`
  }
  if (child.name === 'description') {
    const language = attributeOf(child, 'lang', XML_NAMESPACE)
    draft.descriptions.push({
      text: textOf(child),
      ...(language === undefined ? {} : { language }),
    })
    return undefined
  }
  if (!Object.hasOwn(SINGLE, child.name)) return `content holds an unknown element ${child.name}`
  const key = SINGLE[child.name as keyof typeof SINGLE]
  if (draft[key] !== undefined) return `content holds ${child.name} twice`
  draft[key] = textOf(child)
  return undefined
}

function languageAttribute(language: string): XmlAttribute {
  return { namespace: XML_NAMESPACE, name: 'lang', prefix: 'xml', value: language }
}
