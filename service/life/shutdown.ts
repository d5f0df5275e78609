/** The end of the service in good order: announced while everything is still served, then drained. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { Readiness } from '../readiness.ts'
import type { Drain } from './drain.ts'

/** Seconds. */
export interface ShutdownTimes {
  /** How long load balancers and dispatchers have to notice; meanwhile everybody is served. */
  readonly announce: number
  /** How long what was begun may take. */
  readonly finish: number
}

interface ShutdownParts {
  readonly readiness: Pick<Readiness, 'drain'>
  readonly drain: Pick<Drain, 'finish'>
  /** Tells the other workers that the end is near. */
  readonly announceToOthers: () => void
  readonly clock: Clock
  readonly log: Log
}

/** Subscriptions and publications stay in the store: a restart forgets nobody, so nobody is told of an end. */
export async function shutDown(
  { announce, finish }: ShutdownTimes,
  { readiness, drain, announceToOthers, clock, log }: ShutdownParts,
): Promise<void> {
  readiness.drain()
  announceToOthers()
  if (announce > 0) {
    log.info(
      { seconds: announce },
      'the end is announced by /readyz and OPTIONS; all are served yet',
    )
    await new Promise<void>((resolve) => void clock.after(announce * 1000, resolve))
  }
  await drain.finish(finish * 1000)
}
