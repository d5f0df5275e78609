/** Whom is decided on anew, one presentity's watchers after another's. RFC 5025 §3.2.1. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { Resource } from '../resource.ts'
import type { Turns } from '../turns.ts'

export interface ReDecisionQueue {
  /** `untold`: changed, and told when the presentity's watchers are decided on. */
  readonly begin: (aors: readonly Aor[], untold?: Resource) => void
  /** What fails is tried again: somebody may have been shut out. */
  readonly guarded: Guarded
  readonly stop: () => void
}

type Guarded = (
  aors: readonly Aor[],
  action: () => Promise<void>,
  untold?: Resource,
) => Promise<void>

export interface QueueParts {
  /** The resource's state is another one. */
  readonly changed: (resource: Resource) => void
  readonly turns: Turns
  readonly clock: Clock
  readonly log: Log
}

/** Milliseconds until a store that could not be asked is asked again. */
const AGAIN = 5_000

type Decide = (presentity: Aor, isOutdated: () => boolean) => Promise<void>

export function createReDecisionQueue(parts: QueueParts, decide: Decide): ReDecisionQueue {
  /** Presentities that wait for their turn, with what nobody was told yet; what was decided on them before it counts no more. */
  const waiting = new Map<Aor, Resource | undefined>()
  let running = false
  let stopped = false

  function begin(aors: readonly Aor[], untold?: Resource): void {
    for (const aor of aors) waiting.set(aor, untold ?? waiting.get(aor))
    if (!running) void run()
  }

  async function run(): Promise<void> {
    running = true
    for (const [aor, untold] of waiting) {
      if (stopped) break
      waiting.delete(aor)
      await guarded([aor], () => decideOn(aor, untold), untold)
    }
    running = false
  }

  async function decideOn(aor: Aor, untold: Resource | undefined): Promise<void> {
    await decide(aor, () => waiting.has(aor))
    if (!untold) return
    // In the turn of the decisions, so that everybody hears once.
    parts.turns.add((turn) => {
      turn.afterwards(() => {
        if (waiting.has(aor)) begin([aor], untold)
        else parts.changed(untold)
      })
    })
  }

  const guarded: Guarded = async (aors, action, untold) => {
    try {
      await action()
    } catch (error) {
      parts.log.warn({ err: error, presentities: aors.length }, 'rules could not be followed yet')
      parts.clock.after(AGAIN, () => {
        if (!stopped) begin(aors, untold)
      })
    }
  }

  return { begin, guarded, stop: () => void (stopped = true) }
}
