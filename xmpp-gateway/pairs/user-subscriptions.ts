/** User subscriptions: SIP users ask to see XMPP contacts, who answer. RFC 6121 §3.1.2, §3.1.6, §3.2.3, RFC 8048 §5.3. */
import { attributeOf } from '../../core/documents/xml-element.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { readStanzaError } from '../error-stanza.ts'
import type { StanzaCondition } from '../stanza-error.ts'
import type { IncomingPresence, PresenceHandlers } from '../streams.ts'
import type { ContactResources } from './contact-resources.ts'
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
  ask(user: Aor, contact: Aor, how: 'asks' | 'insists'): AskOutcome
  /** Asks the contact's server what he shows now, at most once a minute. */
  probe(pair: LivePair): void
  /** Once a minute: sends again what met a passing error. */
  askAgain(pair: LivePair): void
}

const MINUTE = 60_000
const LONGEST_WAIT = 60 * MINUTE

/** What will be the same tomorrow: the contact is as one who has refused. */
const PERMANENT: readonly StanzaCondition[] = [
  'forbidden',
  'gone',
  'item-not-found',
  'jid-malformed',
  'not-allowed',
  'not-authorized',
  'policy-violation',
  'registration-required',
]

export function createUserSubscriptions({
  table,
  steps,
  resources,
  clock,
  random = Math.random,
}: {
  table: PairTable
  steps: PairSteps
  resources: Pick<ContactResources, 'set' | 'drop'>
  clock: Clock
  /** From 0 to 1. */
  random?: () => number
}): UserSubscriptions {
  function answered({ from, to }: IncomingPresence, answer: 'subscribed' | 'unsubscribed'): void {
    const pair = table.findJids(to.bare, from.bare)
    if (!pair) return
    pair.attempts = 0
    pair.askAgainAt = 0
    steps.to(pair, answer)
  }

  /** Twice as long each time, and never all at once. */
  function wait(pair: LivePair): void {
    const backOff = Math.min(LONGEST_WAIT, MINUTE * 2 ** pair.attempts++)
    pair.askAgainAt = clock.now() + backOff * (1 + random() / 4)
  }

  function failed(pair: LivePair, { stanza }: IncomingPresence): void {
    const { condition } = readStanzaError(stanza)
    if (PERMANENT.includes(condition)) steps.to(pair, 'failed')
    else if (pair.record.to === 'asked') wait(pair)
  }

  return {
    subscribed: (presence) => {
      answered(presence, 'subscribed')
    },
    unsubscribed: (presence) => {
      answered(presence, 'unsubscribed')
    },
    error(presence) {
      const { from, to, stanza } = presence
      const pair = table.findJids(to.bare, from.bare)
      if (!pair) return
      if (attributeOf(stanza, 'id') === SUBSCRIBE_ID) failed(pair, presence)
      // Who cannot be reached is not there. RFC 6121 §4.3.2
      else if (from.resource === undefined) resources.drop(pair)
      else resources.set(pair, from.resource, undefined)
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
    askAgain(pair) {
      if (pair.askAgainAt === 0 || clock.now() < pair.askAgainAt) return
      pair.askAgainAt = 0
      if (pair.record.to === 'asked') steps.tell(pair, 'subscribe')
    },
  }
}
