/** Metrics of the XMPP gateway. RFC 6120 §8. */
import type { GatewayReport } from '../../xmpp-gateway/gateway-report.ts'
import { counter, gauge, value, type Family } from './family.ts'

export function gatewayFamilies({ streams, stanzas, pairs }: GatewayReport): Family[] {
  const counts = (direction: 'received' | 'sent') =>
    Object.entries(stanzas[direction]).map(([stanza, count]) => value({ direction, stanza }, count))
  const requests = Object.values(stanzas.requests)
  return [
    gauge(
      'visage_xmpp_stream_up',
      'Whether the stream of a domain with the XMPP server is open.',
      streams.map(({ domain, isOnline }) => value({ domain }, isOnline ? 1 : 0)),
    ),
    gauge('visage_xmpp_pairs', 'Pairs of a SIP user and an XMPP contact.', pairs),
    counter('visage_xmpp_stanzas_total', 'XMPP stanzas by direction and kind.', [
      ...counts('received'),
      ...counts('sent'),
    ]),
    counter('visage_xmpp_requests_total', 'Requests of Visage to XMPP, by outcome.', [
      value({ outcome: 'answered' }, sum(requests.map(({ made, failed }) => made - failed))),
      value({ outcome: 'failed' }, sum(requests.map(({ failed }) => failed))),
    ]),
  ]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
