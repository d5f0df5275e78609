/** Stream course: what a stream that comes up, goes down or is about to end means for the pairs of its domain. RFC 6121 §4.2, §4.5. */
import type { Cancel, Clock } from '../../core/model/clock.ts'
import { aorDomain } from '../../core/uri/aor.ts'
import type { ContactResources } from './contact-resources.ts'
import type { LivePair } from './live-pair.ts'
import { atPace } from './pace.ts'
import type { PairListeners } from './pair-listeners.ts'
import type { PairSteps } from './pair-steps.ts'
import type { PairTable } from './pair-table.ts'

export interface StreamCourse {
  readonly online: (domain: string) => void
  readonly offline: (domain: string) => void
  readonly stop: () => void
}

interface StreamCourseOptions {
  readonly table: Pick<PairTable, 'all'>
  readonly steps: PairSteps
  readonly resources: Pick<ContactResources, 'drop'>
  readonly listeners: PairListeners
  readonly clock: Clock
}

/** How long contacts are believed to be there without a server that says so, in milliseconds. */
const UNCONFIRMED = 30_000

export function createStreamCourse(options: StreamCourseOptions): StreamCourse {
  const { clock } = options
  const telling = new Map<string, Cancel>()
  const doubting = new Map<string, Cancel>()

  function doubt(domain: string): void {
    const since = clock.now()
    replace(
      doubting,
      domain,
      clock.after(UNCONFIRMED, () => {
        dropUnconfirmed(domain, since, options)
      }),
    )
  }

  return {
    online(domain) {
      doubt(domain)
      const tell = (pair: LivePair) => {
        tellAnew(pair, options)
      }
      replace(telling, domain, atPace(clock, ofDomain(domain, options), tell))
    },
    offline(domain) {
      telling.get(domain)?.()
      doubt(domain)
    },
    stop() {
      for (const cancel of [...telling.values(), ...doubting.values()]) cancel()
    },
  }
}

function ofDomain(domain: string, { table }: StreamCourseOptions): LivePair[] {
  return [...table.all()].filter(({ record }) => aorDomain(record.user) === domain)
}

/** What the server has not said again is not so any more. */
function dropUnconfirmed(domain: string, since: number, options: StreamCourseOptions): void {
  for (const pair of ofDomain(domain, options)) options.resources.drop(pair, since)
}

/** A server that was restarted knows nothing, nor does it notice that a component was. */
function tellAnew(pair: LivePair, { steps, listeners }: StreamCourseOptions): void {
  const { to, from } = pair.record
  if (to === 'granted') steps.tell(pair, 'probe')
  if (to === 'asked') steps.tell(pair, 'subscribe')
  if (from !== 'granted') return
  listeners.tell.forgotten(pair)
  steps.show(pair)
}

function replace(cancels: Map<string, Cancel>, domain: string, cancel: Cancel): void {
  cancels.get(domain)?.()
  cancels.set(domain, cancel)
}
