/** Which rules of a common policy apply to somebody who asks. RFC 4745 §7, OMA xdm_commonPolicy. Pure. */
import type { Condition, Period, PolicyRule } from '../documents/common-policy.ts'
import type { Aor } from '../uri/aor.ts'
import { dateTimeMilliseconds } from './date-time.ts'
import { AS_WRITTEN, identityCondition, type Spelling } from './identity-matching.ts'

export interface RuleRequest {
  /** Authenticated; absent: nobody in particular. */
  readonly watcher: Aor | undefined
  /** Further addresses of the same watcher. */
  readonly aliases?: readonly Aor[]
  /** Milliseconds. */
  readonly now: number
  /** Of the person asked about; undefined: none, or several that differ. RFC 5025 §3.1.2 */
  readonly sphere?: string | undefined
  /** Whether the list that the anchor names holds the watcher. Absent: no list is known. */
  readonly isListed?: (anchor: string, watcher: Aor) => boolean
}

/** A rule that is asked for many watchers. */
export interface PreparedRule {
  readonly rule: PolicyRule
  readonly conditions: readonly PreparedCondition[]
}

interface PreparedCondition {
  readonly kind: Condition['kind']
  readonly isTrue: (asked: Asked, rules: readonly PreparedRule[]) => boolean
}

interface Asked extends RuleRequest {
  /** None: nobody in particular. */
  readonly addresses: readonly Aor[]
}

export function prepareRules(
  rules: readonly PolicyRule[],
  spelling: Spelling = AS_WRITTEN,
): readonly PreparedRule[] {
  return rules.map((rule) => ({
    rule,
    conditions: rule.conditions.map((condition) => ({
      kind: condition.kind,
      isTrue: prepared(condition, spelling),
    })),
  }))
}

/** All conditions must be true; without any a rule applies to everybody. RFC 4745 §7 */
export function matchingPrepared(
  rules: readonly PreparedRule[],
  request: RuleRequest,
): readonly PreparedRule[] {
  const asked = whole(request)
  return rules.filter(({ conditions }) => conditions.every(({ isTrue }) => isTrue(asked, rules)))
}

export function matchingRules(
  rules: readonly PolicyRule[],
  request: RuleRequest,
): readonly PolicyRule[] {
  return matchingPrepared(prepareRules(rules), request).map(({ rule }) => rule)
}

/** What keeps one of the rules from applying. */
export function failedConditions(
  { conditions }: PreparedRule,
  rules: readonly PreparedRule[],
  request: RuleRequest,
): readonly Condition['kind'][] {
  const asked = whole(request)
  return conditions.filter(({ isTrue }) => !isTrue(asked, rules)).map(({ kind }) => kind)
}

function whole(request: RuleRequest): Asked {
  const { watcher, aliases = [] } = request
  return { ...request, addresses: watcher === undefined ? [] : [watcher, ...aliases] }
}

function prepared(condition: Condition, spelling: Spelling): PreparedCondition['isTrue'] {
  switch (condition.kind) {
    case 'identity': {
      const means = identityCondition(condition.matches, spelling)
      // Only who is authenticated has an identity.
      return ({ addresses }) => addresses.length > 0 && means(addresses)
    }
    case 'sphere': {
      const tokens = new Set(condition.values.map((value) => value.toLowerCase()))
      // RFC 4745 §7.3
      return ({ sphere }) => sphere !== undefined && tokens.has(sphere.trim().toLowerCase())
    }
    case 'validity': {
      const periods = condition.periods.map(milliseconds)
      // From is part of the period, until is not. RFC 4745 §7.4
      return ({ now }) => periods.some(({ from, until }) => from <= now && now < until)
    }
    case 'external-list':
      return ({ addresses, isListed }) =>
        condition.anchors.some((anchor) => addresses.some((one) => isListed?.(anchor, one)))
    case 'anonymous-request':
      return ({ addresses }) => addresses.length === 0
    case 'other-identity':
      return (asked, rules) => !rules.some((rule) => names(rule, asked))
    case 'unknown':
      // What is not understood is not true. RFC 4745 §7
      return () => false
  }
}

const NAMING: ReadonlySet<Condition['kind']> = new Set([
  'identity',
  'external-list',
  'anonymous-request',
])

/** Whether the rule speaks of the watcher, whatever else it asks. */
function names({ conditions }: PreparedRule, asked: Asked): boolean {
  const naming = conditions.filter(({ kind }) => NAMING.has(kind))
  return naming.length > 0 && naming.every(({ isTrue }) => isTrue(asked, []))
}

function milliseconds({ from, until }: Period): { from: number; until: number } {
  return { from: dateTimeMilliseconds(from), until: dateTimeMilliseconds(until) }
}
