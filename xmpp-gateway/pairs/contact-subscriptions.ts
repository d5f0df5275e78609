/** Contact subscriptions: XMPP contacts ask to see SIP users, who decide by their rules. RFC 6121 §3.1.3, §3.3.3, RFC 8048 §5.2. */
import type { Log } from '../../core/model/log.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import type { PresenceSource, WatchStanding } from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { aorOfJid } from '../address/sip-address.ts'
import { errorStanza } from '../error-stanza.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IncomingPresence, PresenceHandlers, Streams } from '../streams.ts'
import type { LivePair } from './live-pair.ts'
import { subscriptionError } from './pair-stanzas.ts'
import type { PairSteps } from './pair-steps.ts'
import type { PairTable } from './pair-table.ts'
import type { TokenBuckets } from './token-buckets.ts'
import type { Watches } from './watches.ts'

export interface ContactSubscriptions extends Pick<
  Required<PresenceHandlers>,
  'subscribe' | 'unsubscribe'
> {
  /** The user's side has said how the contact's watch stands. */
  heard(pair: LivePair, standing: WatchStanding): void
  /** There is no such user any more: both directions end. RFC 7247 §8, 410 */
  gone(pair: LivePair, movedTo?: string): void
}

interface ContactSubscriptionsOptions {
  readonly table: PairTable
  readonly steps: PairSteps
  readonly watches: Watches
  readonly source: Pick<PresenceSource, 'exists'>
  readonly streams: Pick<Streams, 'send'>
  /** How often one contact, and all together, may ask. */
  readonly perContact: TokenBuckets
  readonly overall: TokenBuckets
  readonly isOurs: (user: Aor) => boolean
  readonly errorOfStatus: ErrorOfStatus
  readonly log: Log
}

/** What a SIP response says in XMPP's words; `contact` is where a 301 or 410 points. RFC 7247 §8 */
export type ErrorOfStatus = (status: number, contact?: string) => StanzaError

type Terminated = Extract<WatchStanding, { state: 'terminated' }>

export function createContactSubscriptions(
  options: ContactSubscriptionsOptions,
): ContactSubscriptions {
  const { table, steps, watches, streams, log } = options

  function subscribe(presence: IncomingPresence): void {
    admit(presence, options)
    const contact = aorOfJid(presence.from)
    const user = aorOfJid(presence.to)
    if (contact === undefined || user === undefined) throw notFound()
    const there = table.findJids(presence.to.bare, presence.from.bare)
    if (there && (there.record.from === 'granted' || there.record.from === 'asked')) {
      asked(there)
      return
    }
    // The address may be spelt otherwise in SIP, where capitals differ.
    const found = whenReady(options.source.exists(there?.record.user ?? user), (place) => {
      if (place === 'nowhere') throw notFound()
      asked(pairOf(user, contact))
    })
    if (found instanceof Promise) found.catch(answerTo(presence))
  }

  function pairOf(user: Aor, contact: Aor): LivePair {
    const pair = table.open(user, contact)
    if (pair === undefined) throw new StanzaError('jid-malformed', 'modify')
    if (pair === 'no-room') throw tooMany('There are too many subscriptions')
    return pair
  }

  function asked(pair: LivePair): void {
    pair.isUnanswered = true
    steps.from(pair, 'subscribe')
    watches.prolong(pair)
  }

  function answerTo({ stanza }: IncomingPresence) {
    return (error: unknown) => {
      if (!(error instanceof StanzaError)) log.error({ err: error }, 'a user was not looked for')
      const reply = errorStanza(stanza, error instanceof StanzaError ? error : unexpected())
      if (reply) streams.send(reply)
    }
  }

  function heard(pair: LivePair, standing: WatchStanding): void {
    pair.standing = standing
    switch (standing.state) {
      case 'active':
        pair.isUnanswered = false
        if (!steps.from(pair, 'approved')) steps.show(pair)
        return
      case 'pending':
        // Elsewhere every new dialog may begin so; here it is what the rules say now.
        if (!(options.isOurs(pair.record.user) && steps.from(pair, 'undecided'))) steps.show(pair)
        return
      case 'terminated':
        if (standing.isFinal) ended(pair, standing)
        else failed(pair, standing)
    }
  }

  /** It is tried again, and the authorization stays: only who has just asked is told. RFC 8048 §5.2.2 */
  function failed(pair: LivePair, { status, contact }: Terminated): void {
    if (pair.isUnanswered && status !== undefined) {
      pair.isUnanswered = false
      answerError(pair, options.errorOfStatus(status, contact))
    }
    steps.show(pair)
  }

  function ended(pair: LivePair, { reason, status, contact }: Terminated): void {
    if (isGone(reason, status)) {
      gone(pair, contact)
      return
    }
    if (status !== undefined && !REFUSALS.includes(status)) {
      answerError(pair, options.errorOfStatus(status, contact))
    }
    steps.from(pair, 'denied')
  }

  function gone(pair: LivePair, movedTo?: string): void {
    const further = movedTo === undefined ? {} : { content: movedTo }
    answerError(pair, new StanzaError('gone', 'cancel', further))
    steps.to(pair, 'cancels')
    steps.to(pair, 'forgiven')
    steps.from(pair, 'revoked')
    steps.from(pair, 'forgiven')
  }

  function answerError(pair: LivePair, error: StanzaError): void {
    const stanza = subscriptionError(pair, error)
    if (stanza) streams.send(stanza)
  }

  return {
    subscribe,
    heard,
    gone,
    unsubscribe({ from, to }) {
      const pair = table.findJids(to.bare, from.bare)
      if (pair) steps.from(pair, 'unsubscribe')
    },
  }
}

/** Permanent, and said by `unsubscribed`. RFC 8048 §5.2.2 */
const REFUSALS: readonly number[] = [403, 489, 603]

function isGone(reason: string | undefined, status: number | undefined): boolean {
  return status === 410 || (status === undefined && reason === 'noresource')
}

/** Throws `resource-constraint`. */
function admit(
  { from }: IncomingPresence,
  { perContact, overall }: Pick<ContactSubscriptionsOptions, 'perContact' | 'overall'>,
): void {
  const isAdmitted = perContact.take(from.bare) && overall.take('')
  if (!isAdmitted) throw tooMany('There are too many requests')
}

const notFound = () => new StanzaError('item-not-found', 'cancel')
const tooMany = (text: string) => new StanzaError('resource-constraint', 'wait', { text })
const unexpected = () => new StanzaError('internal-server-error', 'cancel')
