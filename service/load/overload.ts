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

interface WaysIn {
  /** Sends the next such datagram. */
  readonly probe: () => void
  /** Milliseconds that the oldest request that was read and is not answered has waited. */
  readonly delay: () => number
}

/** Milliseconds. */
const INTERVAL = 200
/** Of so many intervals, so many without a probe of its own: the system loses what comes. */
const REMEMBERED = 5
const LOSING = 2
/** Milliseconds that what is lost would have waited, at the least. */
const LOST = 1_000

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
  let hasHeard = false
  let expected = 0
  const loss = createLossWatch()
  const tell = createTeller(control, log)
  let cancel = () => {}

  /** The event loop's own lateness; what datagrams waited, before they were read and after; whether some are lost. */
  function delayNow(now: number, waited: number): number {
    const isLosing = loss.note(hasHeard) && hearsItsOwn
    return Math.max(now - expected, worst + waited, isLosing ? LOST : 0)
  }

  function next(ways: WaysIn): void {
    expected = clock.now() + INTERVAL
    ways.probe()
    cancel = clock.after(INTERVAL, () => {
      last = Math.max(0, delayNow(clock.now(), ways.delay()))
      worst = 0
      hasHeard = false
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
      hasHeard = true
    },
    start: next,
    stop: () => {
      cancel()
    },
  }
}

/** Told of each interval whether a probe came back in it; says whether too many did not. Before the first there may be none. */
function createLossWatch(): { note(hasHeard: boolean): boolean } {
  let recent: boolean[] = []
  return {
    note(hasHeard) {
      if (recent.length > 0 || hasHeard) recent = [...recent, hasHeard].slice(-REMEMBERED)
      return recent.filter((one) => !one).length >= LOSING
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
