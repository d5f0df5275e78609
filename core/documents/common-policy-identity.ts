/** Whom an identity condition means: one address, or many but some. RFC 4745 §7.1. */
import {
  attributeOf,
  elementsOf,
  xmlAttribute,
  xmlElement,
  type XmlElement,
} from './xml-element.ts'

export const COMMON_POLICY_NAMESPACE = 'urn:ietf:params:xml:ns:common-policy'

export type IdentityMatch =
  | { readonly kind: 'one'; readonly id: string; readonly extensions: readonly XmlElement[] }
  | {
      readonly kind: 'many'
      /** Absent: any domain. */
      readonly domain?: string
      readonly except: readonly Exception[]
      readonly extensions: readonly XmlElement[]
    }
  | { readonly kind: 'unknown'; readonly element: XmlElement }

interface Exception {
  readonly id?: string
  readonly domain?: string
}

export function parseIdentity(element: XmlElement): IdentityMatch {
  const own = element.namespace === COMMON_POLICY_NAMESPACE
  const id = attributeOf(element, 'id')
  if (own && element.name === 'one' && id !== undefined) {
    return { kind: 'one', id, extensions: elementsOf(element) }
  }
  if (!own || element.name !== 'many') return { kind: 'unknown', element }
  const domain = attributeOf(element, 'domain')
  const children = elementsOf(element)
  const isException = (child: XmlElement) =>
    child.namespace === COMMON_POLICY_NAMESPACE && child.name === 'except'
  return {
    kind: 'many',
    ...(domain !== undefined && { domain }),
    except: children.filter(isException).map(parseException),
    extensions: children.filter((child) => !isException(child)),
  }
}

export function identityElement(match: IdentityMatch): XmlElement {
  if (match.kind === 'unknown') return match.element
  if (match.kind === 'one') {
    return xmlElement(COMMON_POLICY_NAMESPACE, 'one', match.extensions, [
      xmlAttribute('id', match.id),
    ])
  }
  const children = [...match.except.map(exceptionElement), ...match.extensions]
  const attributes = match.domain === undefined ? [] : [xmlAttribute('domain', match.domain)]
  return xmlElement(COMMON_POLICY_NAMESPACE, 'many', children, attributes)
}

function parseException(element: XmlElement): Exception {
  const [id, domain] = [attributeOf(element, 'id'), attributeOf(element, 'domain')]
  return { ...(id !== undefined && { id }), ...(domain !== undefined && { domain }) }
}

function exceptionElement({ id, domain }: Exception): XmlElement {
  const attributes = []
  if (domain !== undefined) attributes.push(xmlAttribute('domain', domain))
  if (id !== undefined) attributes.push(xmlAttribute('id', id))
  return xmlElement(COMMON_POLICY_NAMESPACE, 'except', [], attributes)
}
