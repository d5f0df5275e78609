/** Contact requests: XMPP contacts want to see SIP users, and no longer. RFC 6121 §3.1.3, §3.3.3, RFC 8048 §5.2. */
import type { Log } from '../../core/model/log.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import type { PresenceSource } from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { aorOfJid } from '../address/sip-address.ts'
import { errorStanza } from '../error-stanza.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IncomingPresence, PresenceHandlers, Streams } from '../streams.ts'
import type { LivePair } from './live-pair.ts'
import type { PairSteps } from './pair-steps.ts'
import type { PairTable } from './pair-table.ts'
import type { TokenBuckets } from '../../core/model/token-buckets.ts'
import type { Watches } from './watches.ts'

export type ContactRequests = Required<Pick<PresenceHandlers, 'subscribe' | 'unsubscribe'>>

interface ContactRequestsOptions {
  readonly table: PairTable
  readonly steps: PairSteps
  readonly watches: Watches
  readonly source: Pick<PresenceSource, 'exists'>
  readonly streams: Pick<Streams, 'send'>
  /** How often one contact, and all together, may ask. */
  readonly perContact: TokenBuckets
  readonly overall: TokenBuckets
  readonly log: Log
}

/** `subscribe` throws a StanzaError to be answered. */
export function createContactRequests(options: ContactRequestsOptions): ContactRequests {
  const { table, steps } = options
  return {
    subscribe(presence) {
      const { from, to } = presence
      admit(presence, options)
      const there = table.findJids(to.bare, from.bare)
      if (there?.record.from === 'granted' || there?.record.from === 'asked') ask(there, options)
      else askAnew(presence, there, options)
    },
    unsubscribe({ from, to }) {
      const pair = table.findJids(to.bare, from.bare)
      if (pair) steps.from(pair, 'unsubscribe')
    },
  }
}

function admit({ from }: IncomingPresence, { perContact, overall }: ContactRequestsOptions): void {
  if (!(perContact.take(from.bare) && overall.take('')))
    throw tooMany('There are too many requests')
}

function askAnew(
  presence: IncomingPresence,
  there: LivePair | undefined,
  options: ContactRequestsOptions,
): void {
  const contact = aorOfJid(presence.from)
  // In SIP the address may be spelt with capitals, which a JID does not keep.
  const user = there?.record.user ?? aorOfJid(presence.to)
  if (contact === undefined || user === undefined) throw notFound()
  const asked = whenReady(options.source.exists(user), (place) => {
    if (place === 'nowhere') throw notFound()
    ask(pairOf(user, contact, options), options)
  })
  if (asked instanceof Promise) {
    asked.catch((error: unknown) => {
      refuse(presence, error, options)
    })
  }
}

function pairOf(user: Aor, contact: Aor, { table }: ContactRequestsOptions): LivePair {
  const pair = table.open(user, contact)
  if (pair === undefined) throw new StanzaError('jid-malformed', 'modify')
  if (pair === 'no-room') throw tooMany('There are too many subscriptions')
  return pair
}

function ask(pair: LivePair, { steps, watches }: ContactRequestsOptions): void {
  pair.isUnanswered = true
  steps.from(pair, 'subscribe')
  watches.prolong(pair)
}

function refuse(
  { stanza }: IncomingPresence,
  error: unknown,
  { streams, log }: ContactRequestsOptions,
): void {
  const isOurs = error instanceof StanzaError
  if (!isOurs) log.error({ err: error }, 'a SIP user could not be looked for')
  const answer = isOurs ? error : new StanzaError('internal-server-error', 'cancel')
  const reply = errorStanza(stanza, answer)
  if (reply) streams.send(reply)
}

const notFound = () => new StanzaError('item-not-found', 'cancel')
const tooMany = (text: string) => new StanzaError('resource-constraint', 'wait', { text })
