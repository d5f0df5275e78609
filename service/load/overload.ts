/** Overload of this process: how long what arrives waits is looked at five times a second. RFC 7339 §6. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { OverloadControl, WorkKind } from '../../core/model/overload-control.ts'

export interface LoadFigures {
  /** How much of each kind of work is taken on: 1 is all of it. */
  readonly shares: Readonly<Record<WorkKind, number>>
  /** How long what arrived has waited of late, in milliseconds. */
  readonly delay: number
}

export interface Overload {
  readonly admits: (kind: WorkKind) => boolean
  /** A datagram of this service's own has waited so long, in milliseconds. */
  readonly heard: (delay: number) => void
  /** From now on. */
  readonly start: (ways: WaysIn) => void
  readonly stop: () => void
  readonly figures: () => LoadFigures
}

export interface WaysIn {
  /** Sends the next such datagram. */
  readonly probe: () => void
  /** Milliseconds that the oldest request that was read and is not answered has waited. */
  readonly delay: () => number
}

/** Milliseconds. */
const INTERVAL = 200

interface OverloadParts {
  readonly control: OverloadControl
  /** Whether every probe comes back here, unless the system had no room for it. */
  readonly hearsItsOwn: boolean
  readonly clock: Clock
  readonly log: Log
}

export function createOverload({ control, hearsItsOwn, clock, log }: OverloadParts): Overload {
  let worst = 0
  let last = 0
  let heardAt: number | undefined
  let expected = 0
  const tell = createTeller(control, log)
  let cancel = () => {}

  /** The event loop's own lateness; what datagrams waited, before they were read and after; for how long none came back. */
  function delayNow(now: number, waited: number): number {
    const unheard = hearsItsOwn && heardAt !== undefined ? now - heardAt - 2 * INTERVAL : 0
    return Math.max(now - expected, worst + waited, unheard)
  }

  function next(ways: WaysIn): void {
    expected = clock.now() + INTERVAL
    ways.probe()
    cancel = clock.after(INTERVAL, () => {
      last = Math.max(0, delayNow(clock.now(), ways.delay()))
      worst = 0
      control.note(last)
      tell(last)
      next(ways)
    })
  }

  return {
    admits: (kind) => control.admits(kind),
    figures: () => ({ shares: control.shares, delay: last }),
    heard(delay) {
      worst = Math.max(worst, delay)
      heardAt = clock.now()
    },
    start: next,
    stop: () => {
      cancel()
    },
  }
}

/** Says once when it begins, and once when it is over. */
function createTeller(control: OverloadControl, log: Log): (delay: number) => void {
  let isOverloaded = false
  return (delay) => {
    const nowOverloaded = control.shares.new < 1
    if (nowOverloaded === isOverloaded) return
    isOverloaded = nowOverloaded
    if (nowOverloaded) log.warn({ delay: Math.round(delay) }, 'overloaded: new requests get 503')
    else log.info({}, 'no longer overloaded')
  }
}
