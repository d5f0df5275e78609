/** Where a rule speaks of somebody: by address, by domain, or by a list; and how to select that place. RFC 4745 §7.1. */
import type { IdentityMatch } from '../core/documents/common-policy-identity.ts'
import {
  COMMON_POLICY_NAMESPACE,
  type Condition,
  type PolicyRule,
} from '../core/documents/common-policy.ts'
import { parsePresenceRule, type SubHandling } from '../core/documents/pres-rules.ts'
import type { ResourceList } from '../core/documents/resource-lists.ts'
import { stepAmong } from '../core/model/node-step.ts'
import { matchingRules } from '../core/model/rule-matching.ts'
import { addressesOn, listAt } from '../core/model/stored-lists.ts'
import { parseAor, type Aor } from '../core/uri/aor.ts'
import type { StoredLists } from './list-edits.ts'
import type { StoredDocument } from './xcap-edit.ts'

export interface RuleDocuments {
  readonly lists: StoredLists
  readonly rules: StoredDocument<readonly PolicyRule[]>
}

/** Bound in every selector of this client. */
export const RULES_QUERY = `xmlns(cp=${COMMON_POLICY_NAMESPACE})`
const RULESET = 'cp:ruleset'

export type Identity = Extract<Condition, { kind: 'identity' }>
export type One = Extract<IdentityMatch, { kind: 'one' }>
export type Many = Extract<IdentityMatch, { kind: 'many' }>

export function subHandlingOf(rule: PolicyRule): SubHandling {
  return parsePresenceRule(rule).subHandling ?? 'block'
}

/** Whether the rule may ever apply to the address, whatever the time and the sphere. */
export function speaksOf(rule: PolicyRule, address: Aor, lists: readonly ResourceList[]): boolean {
  const isLasting = ({ kind }: Condition) => kind !== 'sphere' && kind !== 'validity'
  const lasting = { ...rule, conditions: rule.conditions.filter(isLasting) }
  const request = { watcher: address, now: 0, isListed: isListedOn(lists) }
  return matchingRules([lasting], request).length > 0
}

export function isListedOn(lists: readonly ResourceList[]) {
  return (anchor: string, address: Aor): boolean => {
    const list = listAt(anchor, lists)
    return list !== undefined && addressesOn(list, lists).includes(address)
  }
}

export function identitiesOf({ conditions }: PolicyRule): Identity[] {
  return conditions.filter((condition) => condition.kind === 'identity')
}

export function externalListsOf(
  { conditions }: PolicyRule,
  lists: readonly ResourceList[],
): ResourceList[] {
  return conditions
    .flatMap((condition) => (condition.kind === 'external-list' ? condition.anchors : []))
    .flatMap((anchor) => listAt(anchor, lists) ?? [])
}

export function onesOf({ matches }: Identity): One[] {
  return matches.filter((match) => match.kind === 'one')
}

export function manysOf({ matches }: Identity): Many[] {
  return matches.filter((match) => match.kind === 'many')
}

export function isAbout(id: string | undefined, address: Aor): boolean {
  return id !== undefined && parseAor(id.trim()) === address
}

export function ruleNode(rules: readonly PolicyRule[], rule: PolicyRule): string[] {
  const valueOf = ({ id }: PolicyRule) => id
  return [RULESET, stepAmong(rules, rule, { element: 'cp:rule', attribute: 'id', valueOf })]
}

export function identityNode(
  rules: readonly PolicyRule[],
  rule: PolicyRule,
  identity: Identity,
): string[] {
  const place = identitiesOf(rule).indexOf(identity) + 1
  return [...ruleNode(rules, rule), 'cp:conditions', `cp:identity[${place}]`]
}

export function oneStep(identity: Identity, match: One): string {
  const valueOf = ({ id }: One) => id
  return stepAmong(onesOf(identity), match, { element: 'cp:one', attribute: 'id', valueOf })
}

export function manyStep(identity: Identity, match: Many): string {
  return `cp:many[${manysOf(identity).indexOf(match) + 1}]`
}
