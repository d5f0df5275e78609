/** Domain tally: how much the people of one domain have, kept in memory while this process writes. */
import type { DomainUsage, DomainUsages } from '../../core/model/domain-usage.ts'

export interface DomainTally {
  /**
   * Runs a write. `reserve` adds what it is about to add, in the same step that looked at `usage`, and gives what takes it back
   * when the write adds nothing after all.
   */
  readonly write: <T>(action: (running: RunningUsage) => Promise<T>) => Promise<T>
}

export interface RunningUsage {
  readonly usage: () => DomainUsage
  readonly reserve: (growth: Partial<DomainUsage>) => () => void
}

interface Parts {
  readonly domain: string
  readonly usages: DomainUsages
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Milliseconds after which a count is old that others have written behind. */
const FRESH = 10_000
/** Counting takes no more than this part of the time. */
const SHARE = 0.02

export function createDomainTally({ domain, usages, now }: Parts): DomainTally {
  const underWay = new Set<Promise<unknown>>()
  let usage: DomainUsage = { users: 0, documents: 0, bytes: 0 }
  let freshUntil = -Infinity
  let counting: Promise<void> | undefined

  /** Nobody writes meanwhile: what is counted is neither too much nor too little. */
  async function count(): Promise<void> {
    await Promise.allSettled(underWay)
    const begun = now()
    usage = await usages.of(domain)
    const took = now() - begun
    freshUntil = usages.isShared ? now() + Math.max(FRESH, took / SHARE) : Infinity
  }

  const running: RunningUsage = {
    usage: () => usage,
    reserve(growth) {
      usage = changedBy(growth, usage, 1)
      return () => {
        usage = changedBy(growth, usage, -1)
      }
    },
  }

  return {
    async write(action) {
      while (counting || now() >= freshUntil) {
        counting ??= count().finally(() => (counting = undefined))
        await counting
      }
      const writing = action(running)
      underWay.add(writing)
      try {
        return await writing
      } catch (error) {
        // Whether it was written is not known.
        freshUntil = -Infinity
        throw error
      } finally {
        underWay.delete(writing)
      }
    },
  }
}

function changedBy(growth: Partial<DomainUsage>, usage: DomainUsage, sign: 1 | -1): DomainUsage {
  const after = (name: keyof DomainUsage) => Math.max(0, usage[name] + sign * (growth[name] ?? 0))
  return { users: after('users'), documents: after('documents'), bytes: after('bytes') }
}
