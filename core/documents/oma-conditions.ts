/** Conditions that OMA adds to the common policy: members of a list, anonymous requests, everybody else. OMA xdm_commonPolicy-v1_0. */
import {
  attributeOf,
  elementsOf,
  isNamed,
  xmlAttribute,
  xmlElement,
  type XmlElement,
} from './xml-element.ts'

const OMA_COMMON_POLICY_NAMESPACE = 'urn:oma:xml:xdm:common-policy'

export type OmaCondition =
  /** URLs of resource lists, in any of which the watcher is. */
  | { readonly kind: 'external-list'; readonly anchors: readonly string[] }
  | { readonly kind: 'anonymous-request' }
  /** Whoever no other rule names. */
  | { readonly kind: 'other-identity' }

export function parseOmaCondition(element: XmlElement): OmaCondition | undefined {
  if (element.namespace !== OMA_COMMON_POLICY_NAMESPACE) return undefined
  const { name } = element
  if (name === 'anonymous-request' || name === 'other-identity') return { kind: name }
  if (name !== 'external-list') return undefined
  const anchors = elementsOf(element)
    .filter((child) => isNamed(child, OMA_COMMON_POLICY_NAMESPACE, 'entry'))
    .flatMap((entry) => attributeOf(entry, 'anc') ?? [])
  return { kind: 'external-list', anchors }
}

export function omaConditionElement(condition: OmaCondition): XmlElement {
  const children =
    condition.kind === 'external-list'
      ? condition.anchors.map((anchor) => ownElement('entry', [], anchor))
      : []
  return ownElement(condition.kind, children)
}

function ownElement(name: string, children: readonly XmlElement[], anchor?: string): XmlElement {
  const attributes = anchor === undefined ? [] : [xmlAttribute('anc', anchor)]
  return xmlElement(OMA_COMMON_POLICY_NAMESPACE, name, children, attributes)
}
