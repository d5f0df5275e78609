/** Draining: nothing new is begun, and what was begun is finished, within a bound. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'

/** What one part of the service has begun and must not be cut off in. */
export interface Work {
  /** For the log: `HTTP requests`. */
  readonly name: string
  /** From now on nothing new is begun; what is on its way goes on. */
  readonly stopTaking: () => void
  /** How much is on its way. */
  readonly underWay: () => number
}

export interface Drain {
  readonly add: (work: Work) => void
  /** Resolves when nothing is on its way any more, or when so many milliseconds have passed. */
  readonly finish: (milliseconds: number) => Promise<void>
}

/** Milliseconds between two looks, and between two lines of the log. */
const LOOK = 20
const TELL = 2_000

export function createDrain({ clock, log }: { clock: Clock; log: Log }): Drain {
  const works: Work[] = []

  /** Resolves with what is left. */
  const untilFinished = (deadline: number) =>
    new Promise<Record<string, number>>((resolve) => {
      let tellAt = clock.now()
      const look = () => {
        const left = leftOf(works)
        const now = clock.now()
        if (Object.keys(left).length === 0 || now >= deadline) {
          resolve(left)
          return
        }
        if (now >= tellAt) {
          log.info({ underWay: left }, 'waiting for what is under way')
          tellAt = now + TELL
        }
        clock.after(LOOK, look)
      }
      look()
    })

  return {
    add: (work) => void works.push(work),
    async finish(milliseconds) {
      for (const work of works) work.stopTaking()
      const left = await untilFinished(clock.now() + milliseconds)
      if (Object.keys(left).length > 0) log.warn({ underWay: left }, 'cut off: it took too long')
    },
  }
}

function leftOf(works: readonly Work[]): Record<string, number> {
  const counted = works.map(({ name, underWay }) => [name, underWay()] as const)
  return Object.fromEntries(counted.filter(([, count]) => count > 0))
}
