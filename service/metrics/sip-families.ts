/** Metrics of the SIP stack and of the presence agent. RFC 3261 §17, RFC 6665, RFC 3903. */
import type { ListeningSipEndpoint } from '../../core/sip/create-sip-endpoint.ts'
import { TIMEOUT, UNSENT, type SipCounts, type StatusCounts } from '../../core/sip/sip-counts.ts'
import { isKnownStatus } from '../../core/sip/status-phrases.ts'
import type { Census } from '../../presence-agent/census.ts'
import type { PresenceAgent } from '../../presence-agent/create-presence-agent.ts'
import { counter, gauge, histograms, labelled, value, type Family, type Value } from './family.ts'

export interface SipObserved {
  readonly stack: Pick<ListeningSipEndpoint, 'load' | 'connections' | 'counts'>
  readonly agent: Pick<PresenceAgent, 'notifyCounts' | 'census'>
}

export async function sipFamilies({ stack, agent }: SipObserved): Promise<Family[]> {
  return [
    ...requestFamilies(stack.counts),
    ...stackFamilies(stack),
    ...notifyFamilies(agent.notifyCounts),
    ...censusFamilies(await agent.census()),
  ]
}

function requestFamilies({ answered, sent, ...counts }: SipCounts): Family[] {
  return [
    counter(
      'visage_sip_requests_received_total',
      'SIP requests of others, by the final response that they got.',
      byStatus(answered),
    ),
    counter(
      'visage_sip_requests_sent_total',
      'SIP requests of Visage, by what came of them: a status, timeout or unsent.',
      byStatus(sent),
    ),
    counter(
      'visage_sip_repetitions_received_total',
      'SIP requests of others that came once more: they had no answer in time.',
      counts.repeated,
    ),
    counter(
      'visage_sip_retransmissions_total',
      'SIP requests of Visage that were sent once more for want of an answer.',
      counts.resent,
    ),
    counter(
      'visage_sip_malformed_messages_total',
      'What came by SIP and could not be understood.',
      counts.malformed,
    ),
  ]
}

const WORDS: Readonly<Record<number, string>> = { [TIMEOUT]: 'timeout', [UNSENT]: 'unsent' }

/** What peers make up is one value, `other`. */
function byStatus(counts: StatusCounts): Value[] {
  const sums = new Map<string, Value>()
  for (const { method, status, count } of counts.all()) {
    const known = WORDS[status] ?? (isKnownStatus(status) ? String(status) : 'other')
    const before = sums.get(`${method} ${known}`)?.value ?? 0
    sums.set(`${method} ${known}`, value({ method, status: known }, before + count))
  }
  return [...sums.values()]
}

function stackFamilies({ load, connections }: SipObserved['stack']): Family[] {
  const { server, client, bytes } = load()
  const transactions = [['server', server] as const, ['client', client] as const]
  return [
    gauge(
      'visage_sip_transactions',
      'Live SIP transactions: of requests received (server) and sent (client).',
      labelled('kind', transactions),
    ),
    gauge(
      'visage_sip_transaction_bytes',
      'Octets kept to be sent again by live SIP transactions.',
      bytes,
    ),
    gauge(
      'visage_sip_connections',
      'Open SIP connections by transport.',
      labelled('transport', connections()),
    ),
  ]
}

function notifyFamilies({ outcomes, delay, answer }: PresenceAgent['notifyCounts']): Family[] {
  return [
    counter(
      'visage_notify_outcomes_total',
      'NOTIFYs by outcome: told, untold (to be told again), unanswered, gone (the subscription ended).',
      labelled('outcome', Object.entries(outcomes)),
    ),
    histograms(
      'visage_notify_delay_seconds',
      'From the arrival of a PUBLISH, SUBSCRIBE or change to its NOTIFY; what is held back on purpose is not in it.',
      [[{}, delay]],
    ),
    histograms('visage_notify_answer_seconds', 'From a NOTIFY to its final response.', [
      [{}, answer],
    ]),
  ]
}

function censusFamilies(census: Census): Family[] {
  const subscriptions = [...census.subscriptions].map(([name, count]) => {
    const [eventPackage = '', state = ''] = name.split(' ')
    return value({ package: eventPackage, state }, count)
  })
  return [
    gauge('visage_subscriptions', 'Subscriptions by event package and state.', subscriptions),
    gauge(
      'visage_internal_subscriptions',
      'Subscriptions without a dialog: members of lists, and watchers behind the XMPP gateway.',
      labelled('kind', census.internal),
    ),
    gauge(
      'visage_publications',
      'Publications by event package.',
      labelled('package', census.publications),
    ),
    gauge('visage_presentities', 'Resources with a publication.', census.presentities),
    gauge('visage_watchers', 'Addresses with a subscription.', census.watchers),
    gauge('visage_registered_addresses', 'Addresses with a registration.', census.registered),
    gauge('visage_bindings', 'Registered contacts.', census.bindings),
  ]
}
