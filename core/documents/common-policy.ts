/** Common policy: rules of conditions, actions and transformations, whoever wrote them. RFC 4745. */
import {
  COMMON_POLICY_NAMESPACE,
  identityElement,
  parseIdentity,
  type IdentityMatch,
} from './common-policy-identity.ts'
import { omaConditionElement, parseOmaCondition, type OmaCondition } from './oma-conditions.ts'
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

export { COMMON_POLICY_NAMESPACE }
export const AUTH_POLICY_MEDIA_TYPE = 'application/auth-policy+xml'

export interface PolicyRule {
  readonly id: string
  /** All must be true; none: true for everybody. RFC 4745 §7 */
  readonly conditions: readonly Condition[]
  /** Whose they are says their namespace. */
  readonly actions: readonly XmlElement[]
  readonly transformations: readonly XmlElement[]
  /** Not even an empty `transformations` was written. */
  readonly untransformed?: true
}

export type Condition =
  | { readonly kind: 'identity'; readonly matches: readonly IdentityMatch[] }
  /** Tokens, any of which will do. RFC 4745 §7.3 */
  | { readonly kind: 'sphere'; readonly values: readonly string[] }
  | { readonly kind: 'validity'; readonly periods: readonly Period[] }
  | OmaCondition
  | { readonly kind: 'unknown'; readonly element: XmlElement }

/** As written: xs:dateTime. */
export interface Period {
  readonly from: string
  readonly until: string
}

export function parseRuleset(root: XmlElement): Reading<readonly PolicyRule[]> {
  if (!isNamed(root, COMMON_POLICY_NAMESPACE, 'ruleset')) {
    return schemaError('the root is not ruleset')
  }
  const rules: PolicyRule[] = []
  for (const element of elementsOf(root)) {
    if (!isNamed(element, COMMON_POLICY_NAMESPACE, 'rule')) continue
    const id = attributeOf(element, 'id')
    if (id === undefined) return schemaError('a rule has no id')
    rules.push({ id, ...contentOf(element) })
  }
  return { value: rules }
}

/** `prefixes`: of the namespaces that actions and transformations are in. */
export function serializeRuleset(
  rules: readonly PolicyRule[],
  prefixes: ReadonlyMap<string, string> = new Map(),
): string {
  const root = xmlElement(COMMON_POLICY_NAMESPACE, 'ruleset', rules.map(ruleElement))
  return writeXml(root, new Map([[COMMON_POLICY_NAMESPACE, ''], ...prefixes]))
}

/** The three parts always stand there: Jitsi reads no rule without them. */
export function ruleElement({ id, conditions, actions, transformations }: PolicyRule): XmlElement {
  const parts = [
    ownElement('conditions', conditions.map(conditionElement)),
    ownElement('actions', actions),
    ownElement('transformations', transformations),
  ]
  return xmlElement(COMMON_POLICY_NAMESPACE, 'rule', parts, [xmlAttribute('id', id)])
}

function contentOf(rule: XmlElement): Omit<PolicyRule, 'id'> {
  const containers = (name: string) =>
    elementsOf(rule).filter((child) => isNamed(child, COMMON_POLICY_NAMESPACE, name))
  const part = (name: string) => containers(name).flatMap(elementsOf)
  return {
    conditions: part('conditions').map(parseCondition),
    actions: part('actions'),
    transformations: part('transformations'),
    ...(containers('transformations').length === 0 && { untransformed: true }),
  }
}

function parseCondition(element: XmlElement): Condition {
  const own = element.namespace === COMMON_POLICY_NAMESPACE
  if (own && element.name === 'identity') {
    return { kind: 'identity', matches: elementsOf(element).map(parseIdentity) }
  }
  if (own && element.name === 'sphere') {
    const values = (attributeOf(element, 'value') ?? '').split(/\s+/)
    return { kind: 'sphere', values: values.filter((value) => value !== '') }
  }
  if (own && element.name === 'validity') return { kind: 'validity', periods: periodsIn(element) }
  return parseOmaCondition(element) ?? { kind: 'unknown', element }
}

function conditionElement(condition: Condition): XmlElement {
  switch (condition.kind) {
    case 'identity':
      return ownElement('identity', condition.matches.map(identityElement))
    case 'sphere': {
      const value = xmlAttribute('value', condition.values.join(' '))
      return xmlElement(COMMON_POLICY_NAMESPACE, 'sphere', [], [value])
    }
    case 'validity': {
      const times = condition.periods.flatMap(({ from, until }) => [
        xmlElement(COMMON_POLICY_NAMESPACE, 'from', [from]),
        xmlElement(COMMON_POLICY_NAMESPACE, 'until', [until]),
      ])
      return ownElement('validity', times)
    }
    case 'unknown':
      return condition.element
    default:
      return omaConditionElement(condition)
  }
}

// Each from with the until after it. RFC 4745 §7.4
function periodsIn(validity: XmlElement): Period[] {
  const periods: Period[] = []
  let from: string | undefined
  for (const child of elementsOf(validity)) {
    if (isNamed(child, COMMON_POLICY_NAMESPACE, 'from')) from = textOf(child)
    else if (isNamed(child, COMMON_POLICY_NAMESPACE, 'until') && from !== undefined) {
      periods.push({ from, until: textOf(child) })
      from = undefined
    }
  }
  return periods
}

function ownElement(name: string, children: readonly XmlElement[]): XmlElement {
  return xmlElement(COMMON_POLICY_NAMESPACE, name, children)
}
