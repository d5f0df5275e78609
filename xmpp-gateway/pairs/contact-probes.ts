/** Contact probes: the contact's server asks what the user shows him. RFC 6121 §4.3.2. */
import type { Clock } from '../../core/model/clock.ts'
import { fullJid } from '../jid.ts'
import { stanza } from '../stanza.ts'
import type { IncomingPresence, Streams } from '../streams.ts'
import type { PairSteps } from './pair-steps.ts'
import type { PairTable } from './pair-table.ts'
import { createTokenBuckets } from '../../core/model/token-buckets.ts'
import type { Watches } from './watches.ts'

export function createContactProbes({
  table,
  steps,
  watches,
  streams,
  clock,
}: {
  table: PairTable
  steps: PairSteps
  watches: Watches
  streams: Pick<Streams, 'send'>
  clock: Clock
}): (probe: IncomingPresence) => void {
  const refusals = createTokenBuckets({ clock, burst: 1, perMinute: 1 })

  return ({ from, to }) => {
    const pair = table.findJids(to.bare, from.bare)
    const authorization = pair?.record.from
    if (pair && authorization === 'granted') {
      // It is the contact's first sign of life when he comes online. RFC 8048 §5.2.2
      watches.prolong(pair)
      steps.show(pair, fullJid(from.bare, from.resource))
    } else if (authorization !== 'asked' && refusals.take(`${to.bare} ${from.bare}`)) {
      streams.send(stanza('presence', { from: to.bare, to: probing(from), type: 'unsubscribed' }))
    }
  }
}

const probing = ({ bare, resource }: IncomingPresence['from']) => fullJid(bare, resource)
