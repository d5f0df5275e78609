/** When the periods of presence rules begin and end next: one timer for all presentities. RFC 4745 §7.4. */
import type { Clock } from '../../core/model/clock.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createExpiryQueue, type Expiring } from '../expiry-queue.ts'

export interface RuleMoments {
  /** Somebody was given permissions that hold until then; undefined: as long as nothing changes. */
  decided(presentity: Aor, until: number | undefined): void
  stop(): void
}

interface Moment extends Expiring {
  readonly presentity: Aor
}

/** `passed`: the permissions to see these presentities may be others now. */
export function createRuleMoments(
  clock: Clock,
  passed: (presentities: readonly Aor[]) => void,
): RuleMoments {
  const moments = new Map<Aor, Moment>()
  const queue = createExpiryQueue<Moment>(clock, (due) => {
    for (const { presentity } of due) moments.delete(presentity)
    passed(due.map(({ presentity }) => presentity))
  })
  return {
    decided(presentity, until) {
      const known = moments.get(presentity)
      if (known?.dueAt === until) return
      if (known) {
        queue.remove(known)
        moments.delete(presentity)
      }
      if (until === undefined) return
      const moment = { presentity, dueAt: until, place: -1 }
      moments.set(presentity, moment)
      queue.add(moment)
    },
    stop() {
      queue.stop()
    },
  }
}
