/** User subscriptions: SIP users ask to see XMPP contacts, who answer. RFC 6121 §3.1.2, §3.1.6, §3.2.3, RFC 8048 §5.3. */
import { attributeOf } from '../../core/documents/xml-element.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { readStanzaError } from '../error-stanza.ts'
import type { IncomingPresence, PresenceHandlers } from '../streams.ts'
import type { ContactResources } from './contact-resources.ts'
import type { FailedRequests } from './failed-requests.ts'
import type { LivePair } from './live-pair.ts'
import { SUBSCRIBE_ID } from './pair-stanzas.ts'
import type { PairSteps } from './pair-steps.ts'
import type { PairTable } from './pair-table.ts'

export type AskOutcome = 'asked' | 'no-room' | 'no-address'

export interface UserSubscriptions extends Pick<
  Required<PresenceHandlers>,
  'subscribed' | 'unsubscribed' | 'error'
> {
  /** `insists`: on purpose, so that one who has refused is asked again. */
  readonly ask: (user: Aor, contact: Aor, how: 'asks' | 'insists') => AskOutcome
  /** Asks the contact's server what he shows now, at most once a minute. */
  readonly probe: (pair: LivePair) => void
}

interface UserSubscriptionsOptions {
  readonly table: PairTable
  readonly steps: PairSteps
  readonly resources: ContactResources
  readonly failures: FailedRequests
  readonly clock: Clock
}

const MINUTE = 60_000

export function createUserSubscriptions(options: UserSubscriptionsOptions): UserSubscriptions {
  const { table, steps, clock } = options
  return {
    subscribed: (presence) => {
      take(presence, 'subscribed', options)
    },
    unsubscribed: (presence) => {
      take(presence, 'unsubscribed', options)
    },
    error: (presence) => {
      takeError(presence, options)
    },
    ask(user, contact, how) {
      const pair = table.open(user, contact)
      if (pair === undefined) return 'no-address'
      if (pair === 'no-room') return 'no-room'
      steps.to(pair, how)
      return 'asked'
    },
    probe(pair) {
      if (clock.now() - pair.probedAt >= MINUTE) steps.tell(pair, 'probe')
    },
  }
}

function take(
  { from, to }: IncomingPresence,
  answer: 'subscribed' | 'unsubscribed',
  { table, steps, failures }: UserSubscriptionsOptions,
): void {
  const pair = table.findJids(to.bare, from.bare)
  if (!pair) return
  failures.succeeded(pair)
  steps.to(pair, answer)
}

function takeError(
  { from, to, stanza }: IncomingPresence,
  { table, resources, failures }: UserSubscriptionsOptions,
): void {
  const pair = table.findJids(to.bare, from.bare)
  if (!pair) return
  const isOfRequest = attributeOf(stanza, 'id') === SUBSCRIBE_ID
  if (isOfRequest) failures.failed(pair, readStanzaError(stanza).condition)
  // Who cannot be reached is not there. RFC 6121 §4.7.1
  else if (from.resource === undefined) resources.drop(pair)
  else resources.set(pair, from.resource, undefined)
}
