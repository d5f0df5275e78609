/** What all matching presence rules together let a watcher do and see. RFC 5025 §3, RFC 4745 §10. Pure. */
import type { PolicyRule } from '../documents/common-policy.ts'
import {
  greatest,
  parsePresenceRule,
  SUB_HANDLINGS,
  USER_INPUTS,
  type PresencePermissions,
  type PresenceRule,
  type Provided,
  type ProvidedMember,
  type SubHandling,
} from '../documents/pres-rules.ts'
import { matchingRules, type RuleRequest } from './rule-matching.ts'

export interface PresenceDecision extends PresencePermissions {
  readonly subHandling: SubHandling
}

/** Rules only ever add: each permission by itself is the greatest that any matching rule gives. RFC 4745 §10.2 */
export function decidePresence(
  rules: readonly PolicyRule[],
  request: RuleRequest,
): PresenceDecision {
  return combine(matchingRules(rules, request).map(parsePresenceRule))
}

export function combine(rules: readonly PresenceRule[]): PresenceDecision {
  return {
    // No match is block. RFC 5025 §3.2.1
    subHandling: greatest(
      SUB_HANDLINGS,
      rules.flatMap(({ subHandling }) => subHandling ?? []),
    ),
    services: union(rules.map(({ services }) => services)),
    persons: union(rules.map(({ persons }) => persons)),
    devices: union(rules.map(({ devices }) => devices)),
    attributes: new Set(rules.flatMap(({ attributes }) => [...attributes])),
    userInput: greatest(
      USER_INPUTS,
      rules.map(({ userInput }) => userInput),
    ),
    unknownAttributes: distinct(
      rules.flatMap(({ unknownAttributes }) => unknownAttributes),
      ({ namespace, name }) => `${namespace} ${name}`,
    ),
    allAttributes: rules.some(({ allAttributes }) => allAttributes),
  }
}

/** RFC 5025 §3.3.1.1 */
function union(sets: readonly Provided[]): Provided {
  return {
    all: sets.some(({ all }) => all),
    members: distinct(
      sets.flatMap(({ members }): readonly ProvidedMember[] => members),
      ({ kind, value }) => `${kind} ${value}`,
    ),
  }
}

function distinct<T>(values: readonly T[], key: (value: T) => string): readonly T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()]
}
