/** Which rules of a common policy apply to somebody who asks. RFC 4745 §7, OMA xdm_commonPolicy. Pure. */
import type { IdentityMatch } from '../documents/common-policy-identity.ts'
import type { Condition, Period, PolicyRule } from '../documents/common-policy.ts'
import { aorDomain, parseAor, type Aor } from '../uri/aor.ts'

export interface RuleRequest {
  /** Authenticated; absent: nobody in particular. */
  readonly watcher: Aor | undefined
  /** Milliseconds. */
  readonly now: number
  /** Of the person asked about; undefined: none, or several that differ. RFC 5025 §3.1.2 */
  readonly sphere?: string | undefined
  /** Whether the list that the anchor names holds the watcher. Absent: no list is known. */
  readonly isListed?: (anchor: string, watcher: Aor) => boolean
}

/** All conditions must be true; without any a rule applies to everybody. RFC 4745 §7 */
export function matchingRules(
  rules: readonly PolicyRule[],
  request: RuleRequest,
): readonly PolicyRule[] {
  const isTrue = (condition: Condition) => isConditionTrue(condition, request, rules)
  return rules.filter(({ conditions }) => conditions.every(isTrue))
}

function isConditionTrue(
  condition: Condition,
  request: RuleRequest,
  rules: readonly PolicyRule[],
): boolean {
  const { watcher, now, sphere, isListed } = request
  switch (condition.kind) {
    case 'identity':
      // Only who is authenticated has an identity. Any of the children will do. RFC 4745 §7.1.1
      return watcher !== undefined && condition.matches.some((match) => isMeant(match, watcher))
    case 'sphere':
      return sphere !== undefined && condition.values.some((value) => sameToken(value, sphere))
    case 'validity':
      return condition.periods.some((period) => isWithin(period, now))
    case 'external-list':
      return (
        watcher !== undefined &&
        condition.anchors.some((anchor) => isListed?.(anchor, watcher) ?? false)
      )
    case 'anonymous-request':
      return watcher === undefined
    case 'other-identity':
      return !rules.some((rule) => names(rule, request))
    case 'unknown':
      // What is not understood is not true. RFC 4745 §7
      return false
  }
}

/** Whether the rule speaks of the watcher, whatever else it asks. */
function names({ conditions }: PolicyRule, request: RuleRequest): boolean {
  const naming = conditions.filter(({ kind }) => NAMING.has(kind))
  return naming.length > 0 && naming.every((condition) => isConditionTrue(condition, request, []))
}

const NAMING: ReadonlySet<Condition['kind']> = new Set([
  'identity',
  'external-list',
  'anonymous-request',
])

function isMeant(match: IdentityMatch, watcher: Aor): boolean {
  if (match.kind === 'one') return isSame(match.id, watcher)
  if (match.kind === 'unknown') return false
  const { domain, except, extensions } = match
  // An exception that is not understood may be about this watcher.
  if (extensions.length > 0) return false
  if (domain !== undefined && !isInDomain(watcher, domain)) return false
  return !except.some(
    (one) =>
      (one.id !== undefined && isSame(one.id, watcher)) ||
      (one.domain !== undefined && isInDomain(watcher, one.domain)),
  )
}

/** URIs of different schemes are never equal: a telephone number is no SIP address. RFC 5025 §3.1.1.2 */
function isSame(id: string, watcher: Aor): boolean {
  return parseAor(id.trim()) === watcher
}

// Percent-encoding undone, ToASCII, then label by label; a domain that cannot be converted equals none. RFC 4745 §7.1.3
function isInDomain(watcher: Aor, domain: string): boolean {
  const own = aorDomain(watcher)
  return own !== '' && asciiDomain(domain) === asciiDomain(own)
}

const NOT_IN_A_DOMAIN = /[/\\?#@:\s]/

function asciiDomain(domain: string): string | undefined {
  const text = domain.trim()
  if (text === '' || NOT_IN_A_DOMAIN.test(text)) return undefined
  const url = `http://${text}`
  return URL.canParse(url) ? new URL(url).hostname : undefined
}

/** RFC 4745 §7.3 */
function sameToken(a: string, b: string): boolean {
  return a.toLowerCase() === b.trim().toLowerCase()
}

// From is part of the period, until is not. RFC 4745 §7.4
function isWithin({ from, until }: Period, now: number): boolean {
  return millisecondsOf(from) <= now && now < millisecondsOf(until)
}

const DATE_TIME = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/

/** xs:dateTime; without a time zone it is UTC. NaN, which no comparison likes, when it is none. */
function millisecondsOf(dateTime: string): number {
  const match = DATE_TIME.exec(dateTime)
  if (!match) return Number.NaN
  return Date.parse(match[1] === undefined ? `${dateTime}Z` : dateTime)
}
