/** XCAP error document: why a request conflicts with what is stored. RFC 4825 §11. */
import { schemaError, type Reading } from './reading.ts'
import {
  attributeOf,
  elementsOf,
  isNamed,
  textOf,
  xmlAttribute,
  xmlElement,
  type XmlElement,
} from './xml-element.ts'
import { writeXml } from './xml-writer.ts'

const XCAP_ERROR_NAMESPACE = 'urn:ietf:params:xml:ns:xcap-error'
export const XCAP_ERROR_MEDIA_TYPE = 'application/xcap-error+xml'

/** Errors that say nothing but their name and phrase. */
const PLAIN = [
  'schema-validation-error',
  'not-xml-frag',
  'cannot-insert',
  'not-xml-att-value',
  'not-well-formed',
  'constraint-failure',
  'cannot-delete',
  'not-utf-8',
] as const

export type XcapError =
  | { readonly name: (typeof PLAIN)[number]; readonly phrase?: string }
  | {
      readonly name: 'no-parent'
      readonly phrase?: string
      /** HTTP URI of the closest ancestor that exists. */
      readonly ancestor?: string
    }
  | {
      readonly name: 'uniqueness-failure'
      readonly phrase?: string
      readonly exists: readonly UniquenessConflict[]
    }
  | {
      /** What RFC 4825 does not know: an element of another namespace says it. */
      readonly name: 'extension'
      readonly phrase?: undefined
      readonly elements: readonly XmlElement[]
    }

export interface UniquenessConflict {
  /** Node selector of the attribute or element whose value is taken. */
  readonly field: string
  /** Values that would be free. */
  readonly alternatives: readonly string[]
}

export function parseXcapError(root: XmlElement): Reading<XcapError> {
  if (!isNamed(root, XCAP_ERROR_NAMESPACE, 'xcap-error'))
    return schemaError('the root is not xcap-error')
  const [element] = elementsOf(root)
  if (!element) return schemaError('xcap-error is empty')
  const phrase = attributeOf(element, 'phrase')
  const said = phrase === undefined ? {} : { phrase }
  const plain = PLAIN.find((name) => name === element.name)
  if (plain) return { value: { name: plain, ...said } }
  if (element.name === 'no-parent') {
    const ancestor = elementsOf(element).find((child) => child.name === 'ancestor')
    return {
      value: { name: 'no-parent', ...said, ...(ancestor ? { ancestor: textOf(ancestor) } : {}) },
    }
  }
  if (element.name === 'uniqueness-failure') {
    return { value: { name: 'uniqueness-failure', ...said, exists: parseExists(element) } }
  }
  if (element.name === 'extension') {
    return { value: { name: 'extension', elements: elementsOf(element) } }
  }
  return schemaError(`xcap-error holds an unknown element ${element.name}`)
}

export function serializeXcapError(error: XcapError): string {
  const attributes = error.phrase === undefined ? [] : [xmlAttribute('phrase', error.phrase)]
  const element = xmlElement(XCAP_ERROR_NAMESPACE, error.name, childrenOf(error), attributes)
  const root = xmlElement(XCAP_ERROR_NAMESPACE, 'xcap-error', [element])
  return writeXml(root, new Map([[XCAP_ERROR_NAMESPACE, '']]))
}

function childrenOf(error: XcapError): readonly XmlElement[] {
  switch (error.name) {
    case 'no-parent':
      return error.ancestor === undefined
        ? []
        : [xmlElement(XCAP_ERROR_NAMESPACE, 'ancestor', [error.ancestor])]
    case 'uniqueness-failure':
      return error.exists.map(existsElement)
    case 'extension':
      return error.elements
    default:
      return []
  }
}

function existsElement({ field, alternatives }: UniquenessConflict): XmlElement {
  const values = alternatives.map((value) => xmlElement(XCAP_ERROR_NAMESPACE, 'alt-value', [value]))
  return xmlElement(XCAP_ERROR_NAMESPACE, 'exists', values, [xmlAttribute('field', field)])
}

function parseExists(element: XmlElement): UniquenessConflict[] {
  return elementsOf(element)
    .filter((child) => child.name === 'exists')
    .map((exists) => ({
      field: attributeOf(exists, 'field') ?? '',
      alternatives: elementsOf(exists).map(textOf),
    }))
}
