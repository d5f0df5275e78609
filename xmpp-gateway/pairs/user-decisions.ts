/** User decisions: what a SIP user's side says of a contact's watch becomes subscription stanzas. RFC 8048 §5.2. */
import type { WatchStanding } from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { errorOfStatus } from '../sip-status.ts'
import { StanzaError } from '../stanza-error.ts'
import type { Streams } from '../streams.ts'
import type { LivePair } from './live-pair.ts'
import { subscriptionError } from './pair-stanzas.ts'
import type { PairSteps } from './pair-steps.ts'

export interface UserDecisions {
  /** How the contact's watch stands now. */
  readonly heard: (pair: LivePair, standing: WatchStanding) => void
  /** There is no such user any more: both directions end. RFC 7247 §7.2, 410 */
  readonly gone: (pair: LivePair, movedTo?: string) => void
}

interface UserDecisionsOptions {
  readonly steps: PairSteps
  readonly streams: Pick<Streams, 'send'>
  readonly isOurs: (user: Aor) => boolean
}

type Terminated = Extract<WatchStanding, { state: 'terminated' }>

export function createUserDecisions(options: UserDecisionsOptions): UserDecisions {
  return {
    heard: (pair, standing) => {
      pair.standing = standing
      hear(pair, standing, options)
    },
    gone: (pair, movedTo) => {
      goneFor(pair, movedTo, options)
    },
  }
}

function hear(pair: LivePair, standing: WatchStanding, options: UserDecisionsOptions): void {
  const { steps, isOurs } = options
  switch (standing.state) {
    case 'active':
      approve(pair, steps)
      return
    case 'pending':
      // Elsewhere every new dialog may begin so; here it is what the rules say now.
      if (!(isOurs(pair.record.user) && steps.from(pair, 'undecided'))) steps.show(pair)
      return
    case 'terminated':
      if (standing.isFinal) end(pair, standing, options)
      else fail(pair, standing, options)
  }
}

function approve(pair: LivePair, steps: PairSteps): void {
  const hasAsked = pair.isUnanswered
  pair.isUnanswered = false
  if (!steps.from(pair, 'approved')) steps.show(pair)
  // Who has come back of his own may be asked by her phones again, though he had refused her.
  else if (hasAsked) steps.to(pair, 'forgiven')
}

/** It is tried again, and the authorization stays: only who has just asked is told. RFC 8048 §5.2.2 */
function fail(
  pair: LivePair,
  { status, contact }: Terminated,
  { steps, streams }: UserDecisionsOptions,
): void {
  if (pair.isUnanswered && status !== undefined) {
    pair.isUnanswered = false
    answer(pair, errorOfStatus(status, contact), streams)
  }
  steps.show(pair)
}

/** Permanent, and said by `unsubscribed` alone. RFC 8048 §5.2.2 */
const REFUSALS: readonly number[] = [403, 489, 603]

function end(pair: LivePair, standing: Terminated, options: UserDecisionsOptions): void {
  const { status, contact } = standing
  if (isGone(standing, options.isOurs(pair.record.user))) {
    goneFor(pair, contact, options)
    return
  }
  if (status !== undefined && !REFUSALS.includes(status)) {
    answer(pair, errorOfStatus(status, contact), options.streams)
  }
  options.steps.from(pair, 'denied')
}

/** Nobody here asks to see who never was, so that it is an account that was removed, whatever the answer is called. */
function isGone({ reason, status }: Terminated, isOurs: boolean): boolean {
  const isMissing = reason === 'noresource' && (isOurs || status === undefined)
  return isMissing || status === 410
}

function goneFor(
  pair: LivePair,
  movedTo: string | undefined,
  { steps, streams }: UserDecisionsOptions,
): void {
  const further = movedTo === undefined ? {} : { content: movedTo }
  answer(pair, new StanzaError('gone', 'cancel', further), streams)
  steps.to(pair, 'cancels')
  steps.to(pair, 'forgiven')
  steps.from(pair, 'revoked')
  steps.from(pair, 'forgiven')
}

function answer(pair: LivePair, error: StanzaError, streams: Pick<Streams, 'send'>): void {
  const stanza = subscriptionError(pair, error)
  if (stanza) streams.send(stanza)
}
