/** Pacing: what changes often is told once in an interval, and then as it is at that time. RFC 3856 §6.10. */
import type { Cancel, Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'

export interface Pacing<Key> {
  /** Now, or when the interval since the last telling is over. */
  ask(key: Key): void
  /** Now. */
  hurry(key: Key): void
  readonly close: () => void
}

interface Rest {
  readonly until: number
  isAskedAgain: boolean
}

/** One turn of the event loop tells no more than this; the next ones go on. */
const MOST_AT_ONCE = 500
const NEXT_TURN = 1

interface PacingOptions<Key> {
  /** Milliseconds. */
  readonly interval: number
  /** Says whether there was anything to tell. */
  readonly tell: (key: Key) => boolean
  readonly clock: Clock
  readonly log: Log
}

export function createPacing<Key>({ interval, tell, clock, log }: PacingOptions<Key>): Pacing<Key> {
  /** In the order in which they end, since all last equally long: one timer is enough. */
  const rests = new Map<Key, Rest>()
  let cancel: Cancel | undefined

  function run(key: Key): void {
    if (!guarded(log, () => tell(key))) return
    rests.delete(key)
    rests.set(key, { until: clock.now() + interval, isAskedAgain: false })
    wakeLater()
  }

  function wakeLater(): void {
    const [next] = rests.values()
    if (next) cancel ??= clock.after(Math.max(next.until - clock.now(), NEXT_TURN), wake)
  }

  function wake(): void {
    cancel = undefined
    for (const key of takeDue(rests, clock.now())) run(key)
    wakeLater()
  }

  return {
    ask(key) {
      const rest = rests.get(key)
      if (rest) rest.isAskedAgain = true
      else run(key)
    },
    hurry: run,
    close() {
      cancel?.()
      rests.clear()
    },
  }
}

/** Ends the rests that are over, and gives those of them that were asked for again. */
function takeDue<Key>(rests: Map<Key, Rest>, now: number): Key[] {
  const due: Key[] = []
  for (const [key, { until, isAskedAgain }] of rests) {
    if (until > now || due.length === MOST_AT_ONCE) break
    rests.delete(key)
    if (isAskedAgain) due.push(key)
  }
  return due
}

function guarded(log: Log, tell: () => boolean): boolean {
  try {
    return tell()
  } catch (error) {
    log.error({ err: error }, 'a change of presence could not be told')
    return false
  }
}
