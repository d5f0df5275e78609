/** All presence rules of one presentity, from all her documents: what they together give each watcher. RFC 5025 §9.7, RFC 4745 §10. Pure. */
import type { Condition, PolicyRule } from '../documents/common-policy.ts'
import { parsePresenceRule, type PresenceRule, type SubHandling } from '../documents/pres-rules.ts'
import type { Aor } from '../uri/aor.ts'
import { dateTimeMilliseconds } from './date-time.ts'
import { grantedPermissions } from './granted-permissions.ts'
import type { Spelling } from './identity-matching.ts'
import type { Permissions } from './permissions.ts'
import { combine } from './presence-rules.ts'
import {
  failedConditions,
  matchingPrepared,
  prepareRules,
  type PreparedRule,
  type RuleRequest,
} from './rule-matching.ts'

export interface RuleDocument {
  readonly path: string
  readonly rules: readonly PolicyRule[]
}

export interface PresenceRuleSet {
  /** The same object for all watchers to whom the same rules apply. */
  permissionsFor(request: RuleSetRequest): Permissions
  explain(request: RuleSetRequest): readonly ExplainedDocument[]
  /** Whether the sphere may decide. */
  readonly usesSphere: boolean
  /** Milliseconds: when a period begins or ends next, after `now`. */
  nextBoundary(now: number): number | undefined
}

type RuleSetRequest = Omit<RuleRequest, 'isListed'>

export interface ExplainedDocument {
  readonly path: string
  readonly rules: readonly {
    readonly id: string
    readonly handling: SubHandling | undefined
    readonly matched: boolean
    readonly failedConditions: readonly Condition['kind'][]
  }[]
}

interface RuleSetParts {
  readonly documents: readonly RuleDocument[]
  readonly spelling: Spelling
  /** Members of the lists that rules refer to, by anchor. */
  readonly lists: ReadonlyMap<string, ReadonlySet<Aor>>
}

/** Sets of rules that apply together and are remembered with what they give. */
const REMEMBERED = 200

export function createPresenceRuleSet(parts: RuleSetParts): PresenceRuleSet {
  const { documents, spelling, lists } = parts
  const prepared = documents.map(({ path, rules }) => ({
    path,
    rules: prepareRules(rules, spelling),
  }))
  const rules = prepared.flatMap((document) => document.rules)
  const places = new Map(rules.map((rule, place) => [rule, place]))
  const granted = new Map<string, Permissions>()
  const boundaries = boundariesIn(rules)
  const isListed = (anchor: string, watcher: Aor) => lists.get(anchor)?.has(watcher) ?? false
  return {
    usesSphere: rules.some(({ conditions }) => conditions.some(({ kind }) => kind === 'sphere')),
    nextBoundary: (now) => boundaries.find((moment) => moment > now),
    permissionsFor(request) {
      const matching = matchingPrepared(rules, { ...request, isListed })
      const key = matching.map((rule) => places.get(rule)).join()
      let permissions = granted.get(key)
      if (!permissions) {
        permissions = grantedPermissions(combine(matching.map(({ rule }) => presenceRule(rule))))
        if (granted.size >= REMEMBERED) granted.clear()
        granted.set(key, permissions)
      }
      return permissions
    },
    explain: (request) =>
      prepared.map((document) => ({
        path: document.path,
        rules: document.rules.map((one) => {
          const failed = failedConditions(one, rules, { ...request, isListed })
          const { id } = one.rule
          const handling = parsePresenceRule(one.rule).subHandling
          return { id, handling, matched: failed.length === 0, failedConditions: failed }
        }),
      })),
  }
}

// DEVIATION: Blink lets its lists' members in without saying what they may see, and takes away any transformation that
// it finds (sipsimple): RFC 5025 §3.3 would show them nothing at all.
function presenceRule(rule: PolicyRule): PresenceRule {
  const parsed = parsePresenceRule(rule)
  const isForList = rule.conditions.some(({ kind }) => kind === 'external-list')
  if (!rule.untransformed || !isForList || parsed.subHandling !== 'allow') return parsed
  return { ...parsed, services: ALL, persons: ALL, devices: ALL, allAttributes: true }
}

const ALL = { all: true, members: [] } as const

export function anchorsIn(documents: readonly RuleDocument[]): readonly string[] {
  const conditions = documents.flatMap(({ rules }) => rules.flatMap((rule) => rule.conditions))
  return conditions.flatMap((one) => (one.kind === 'external-list' ? one.anchors : []))
}

/** Ascending. */
function boundariesIn(rules: readonly PreparedRule[]): readonly number[] {
  const conditions = rules.flatMap(({ rule }) => rule.conditions)
  const moments = conditions
    .flatMap((one) => (one.kind === 'validity' ? one.periods : []))
    .flatMap(({ from, until }) => [from, until])
    .map(dateTimeMilliseconds)
  return [...new Set(moments)].filter((moment) => !Number.isNaN(moment)).sort((a, b) => a - b)
}
