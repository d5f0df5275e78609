/** The presence rules that this client writes: one rule for each handling, and what keeps the usual policy. RFC 5025. */
import {
  COMMON_POLICY_NAMESPACE,
  ruleElement,
  serializeRuleset,
  type PolicyRule,
} from '../core/documents/common-policy.ts'
import { identityElement, type IdentityMatch } from '../core/documents/common-policy-identity.ts'
import {
  PRES_RULES_NAMESPACE,
  presenceRuleContent,
  type PresenceRule,
  type SubHandling,
} from '../core/documents/pres-rules.ts'
import { xmlAttribute, xmlElement, type XmlElement } from '../core/documents/xml-element.ts'
import type { Aor } from '../core/uri/aor.ts'

export type Handling = Exclude<SubHandling, 'confirm'>

/** As Jitsi names them, so that it finds them and goes on with them. */
export const RULE_IDS: Readonly<Record<Handling, string>> = {
  allow: 'presence_allow',
  block: 'presence_block',
  'polite-block': 'presence_polite_block',
}

const PREFIXES = new Map([[PRES_RULES_NAMESPACE, 'pr']])
const NONE = { all: false, members: [] } as const
const ALL = { all: true, members: [] } as const

export function ruleFor(id: string, handling: SubHandling, whom: IdentityMatch): PolicyRule {
  const provided = handling === 'allow' ? ALL : NONE
  const rule: PresenceRule = {
    subHandling: handling,
    services: provided,
    persons: provided,
    devices: provided,
    attributes: new Set(),
    userInput: 'false',
    unknownAttributes: [],
    // Without it the picture would not be told. RFC 5025 §3.3.2.15
    allAttributes: handling === 'allow',
    unknown: { actions: [], transformations: [] },
  }
  const conditions = [{ kind: 'identity', matches: [whom] }] as const
  return { id, conditions, ...presenceRuleContent(rule) }
}

export function one(address: Aor): IdentityMatch {
  return { kind: 'one', id: address, extensions: [] }
}

/**
 * With rules of one's own, whoever no rule lets in is shut out (RFC 5025 §3.2.1): the first rules keep what servers do
 * without any. The own domain sees, everybody else may ask.
 */
export function firstRules(ownDomain: string): readonly PolicyRule[] {
  const rest = { except: [], extensions: [] }
  const everybody = ruleFor('presence_ask', 'confirm', { kind: 'many', ...rest })
  if (ownDomain === '') return [everybody]
  const own = ruleFor('presence_own_domain', 'allow', { kind: 'many', domain: ownDomain, ...rest })
  return [own, everybody]
}

export function rulesText(rules: readonly PolicyRule[]): string {
  return serializeRuleset(rules, PREFIXES)
}

export function ruleContent(rule: PolicyRule): { element: XmlElement; prefixes: typeof PREFIXES } {
  return { element: ruleElement(rule), prefixes: PREFIXES }
}

export function oneElement(address: Aor): XmlElement {
  return identityElement(one(address))
}

export function exceptElement(address: Aor): XmlElement {
  return xmlElement(COMMON_POLICY_NAMESPACE, 'except', [], [xmlAttribute('id', address)])
}
