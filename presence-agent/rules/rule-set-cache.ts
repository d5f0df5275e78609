/** Remembers presentities' rules, and those who have none, within a bound of memory. */
import type { PresenceRuleSet } from '../../core/model/presence-rule-set.ts'
import type { Aor } from '../../core/uri/aor.ts'

export interface KeptRules {
  /** Undefined: she has no rules. */
  readonly rules: PresenceRuleSet | undefined
  /** Octets of what they were read from. */
  readonly size: number
}

export interface RuleSetCache {
  get(presentity: Aor): KeptRules | undefined
  keep(presentity: Aor, kept: KeptRules): void
  forget(presentity: Aor): void
}

/** Presentities remembered to have none: most have, and a SUBSCRIBE should not pay for asking. */
const WITHOUT = 50_000
/** Of all documents; what is made of them takes about ten times as much. */
const OCTETS = 8_000_000

export function createRuleSetCache(): RuleSetCache {
  const without = new Set<Aor>()
  /** The one that was asked for longest ago comes first. */
  const having = new Map<Aor, KeptRules>()
  let octets = 0

  function forget(presentity: Aor): void {
    without.delete(presentity)
    const kept = having.get(presentity)
    if (!kept) return
    having.delete(presentity)
    octets -= kept.size
  }

  return {
    get(presentity) {
      if (without.has(presentity)) return NONE
      const kept = having.get(presentity)
      if (kept) {
        having.delete(presentity)
        having.set(presentity, kept)
      }
      return kept
    },
    keep(presentity, kept) {
      forget(presentity)
      if (!kept.rules) {
        if (without.size >= WITHOUT) without.clear()
        without.add(presentity)
        return
      }
      having.set(presentity, kept)
      octets += kept.size
      for (const oldest of having.keys()) {
        if (octets <= OCTETS || oldest === presentity) break
        forget(oldest)
      }
    },
    forget,
  }
}

const NONE: KeptRules = { rules: undefined, size: 0 }
