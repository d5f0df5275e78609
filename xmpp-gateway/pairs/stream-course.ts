/** Stream course: what a stream that comes up, goes down or is about to end means for the pairs of its domain. RFC 6121 §4.2, §4.5. */
import type { Cancel, Clock } from '../../core/model/clock.ts'
import { aorDomain } from '../../core/uri/aor.ts'
import type { StreamListener } from '../streams.ts'
import type { ContactResources } from './contact-resources.ts'
import type { LivePair } from './live-pair.ts'
import { atPace } from './pace.ts'
import type { PairListeners } from './pair-listeners.ts'
import type { PairSteps } from './pair-steps.ts'
import type { PairTable } from './pair-table.ts'

export interface StreamCourse extends Required<StreamListener> {
  stop(): void
}

/** How long contacts are believed to be there without a server that says so, in milliseconds. */
const UNCONFIRMED = 30_000

export function createStreamCourse({
  table,
  steps,
  resources,
  listeners,
  clock,
}: {
  table: PairTable
  steps: PairSteps
  resources: Pick<ContactResources, 'drop'>
  listeners: PairListeners
  clock: Clock
}): StreamCourse {
  const telling = new Map<string, Cancel>()
  const doubting = new Map<string, Cancel>()
  const ofDomain = (domain: string) =>
    [...table.all()].filter(({ record }) => aorDomain(record.user) === domain)

  /** What the server has not said again by then is not so any more. */
  function doubt(domain: string): void {
    const since = clock.now()
    const drop = () => {
      for (const pair of ofDomain(domain)) resources.drop(pair, since)
    }
    replace(doubting, domain, clock.after(UNCONFIRMED, drop))
  }

  /** A server that was restarted knows nothing, nor does it notice that a component was. */
  function tellAnew(pair: LivePair): void {
    const { to, from } = pair.record
    if (to === 'granted') steps.tell(pair, 'probe')
    if (to === 'asked') steps.tell(pair, 'subscribe')
    if (from !== 'granted') return
    listeners.tell.forgotten(pair)
    steps.show(pair)
  }

  return {
    online(domain) {
      doubt(domain)
      replace(telling, domain, atPace(clock, ofDomain(domain), tellAnew))
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

function replace(cancels: Map<string, Cancel>, domain: string, cancel: Cancel): void {
  cancels.get(domain)?.()
  cancels.set(domain, cancel)
}
