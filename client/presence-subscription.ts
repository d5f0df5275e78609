/** Presence subscription: keeps one presentity watched, over refreshes, refusals and lost connections. RFC 6665 §4.1. */
import type { BackOff } from './back-off.ts'
import type { ClientClock } from './client-clock.ts'
import { longerLifetime, refreshAfter, USUAL_LIFETIME } from './lifetime.ts'
import type { PresenceError } from './presence-error.ts'
import { errorOf, secondsIn, type SipAnswer } from './sip-answer.ts'
import type { SipUserAgent } from './sip-user-agent.ts'
import type { Notify, NotifyBody, SubscribeDialog, SubscribeListener } from './subscribe-dialog.ts'
import {
  afterwards,
  parseSubscriptionState,
  type Afterwards,
  type SubscriptionState,
} from './subscription-state.ts'

export interface PresenceSubscription {
  start(): void
  /** Unsubscribes, and resolves when the server has said its last word, or after two seconds. */
  close(): Promise<void>
}

export interface SubscriptionEvents {
  /** Not called once it is closing. */
  notified(state: SubscriptionState, body: NotifyBody | undefined): void
  /** @param retryInMs undefined: it is not tried again */
  failed(error: PresenceError, retryInMs: number | undefined): void
  /** No more events. */
  ended(): void
}

/** A subscription that ended sooner is no sign that the server is well. */
const CALM_MS = 30_000
const PROBATION_SECONDS = 30
const PATIENCE_ON_CLOSE_MS = 2000
/** After so many 423 in a row the next attempt waits. */
const MOST_MENDED_IN_A_ROW = 3

const nothing = () => undefined

export function createPresenceSubscription({
  agent,
  open,
  what,
  clock,
  backOff,
  events,
}: {
  agent: Pick<SipUserAgent, 'connected' | 'listen' | 'start' | 'lastFailure'>
  /** Sends a SUBSCRIBE outside any dialog. */
  open: (expires: number, listener: SubscribeListener) => SubscribeDialog
  /** How errors begin. */
  what: string
  clock: ClientClock
  backOff: BackOff
  events: SubscriptionEvents
}): PresenceSubscription {
  let dialog: SubscribeDialog | undefined
  /** When the dialog brought its first NOTIFY; undefined before. */
  let since: number | undefined
  let lifetime = USUAL_LIFETIME
  let expiresAt = 0
  let mended = 0
  let quickEnds = 0
  let cancelTimer: () => void = nothing
  let stopListening: () => void = nothing
  let closing: (() => void) | undefined
  let unsubscribed = false
  let ended = false

  const listener: SubscribeListener = {
    notified(notify) {
      since ??= clock.now()
      mended = 0
      const state = parseSubscriptionState(notify.subscriptionState)
      if (closing) sayFarewell(state)
      else follow(state, notify)
    },
    refused(answer) {
      if (closing) finish()
      else if (isMended(answer)) subscribeAgain()
      else if (since === undefined) attemptRefused(answer)
      else refreshRefused(answer)
    },
    lost() {
      if (closing) finish()
      else againIn(waitAfterEnd())
    },
  }

  function follow(state: SubscriptionState, { body }: Notify): void {
    events.notified(state, body)
    if (state.status === 'terminated') {
      afterTermination[afterwards(state)](state)
      return
    }
    const seconds = state.expires ?? lifetime
    expiresAt = clock.now() + seconds * 1000
    setTimer(refreshAfter(seconds), refresh)
  }

  const afterTermination: Record<Afterwards, (state: SubscriptionState) => void> = {
    'at-once': () => {
      againIn(waitAfterEnd())
    },
    later: ({ retryAfter }) => {
      againIn(backOff.next(Math.max(retryAfter ?? 0, PROBATION_SECONDS)))
    },
    never: () => {
      finish()
    },
  }

  function subscribe(): void {
    cancelTimer()
    dialog?.dispose()
    dialog = since = undefined
    // The connection comes back by itself, and `opened` with it.
    if (agent.connected) dialog = open(lifetime, listener)
    else agent.start()
  }

  function refresh(): void {
    if (clock.now() >= expiresAt) subscribe()
    else if (agent.connected) dialog?.subscribe(lifetime)
  }

  function subscribeAgain(): void {
    if (since === undefined) subscribe()
    else refresh()
  }

  function isMended(answer: SipAnswer): boolean {
    if (answer.status !== 423 || ++mended > MOST_MENDED_IN_A_ROW) return false
    const longer = longerLifetime(lifetime, secondsIn(answer, 'Min-Expires'))
    lifetime = longer ?? lifetime
    return longer !== undefined
  }

  function attemptRefused(answer: SipAnswer): void {
    const error = errorOf(what, answer, agent.lastFailure)
    if (error.prospect === 'final') {
      events.failed(error, undefined)
      finish()
      return
    }
    const wait = backOff.next(secondsIn(answer, 'Retry-After'))
    againIn(wait)
    events.failed(error, wait)
  }

  /** The subscription stands for as long as it was granted. RFC 6665 §4.1.2.2. */
  function refreshRefused(answer: SipAnswer): void {
    const wait = backOff.next(secondsIn(answer, 'Retry-After'))
    setTimer(wait, refresh)
    events.failed(errorOf(what, answer, agent.lastFailure), wait)
  }

  function againIn(milliseconds: number): void {
    dialog?.dispose()
    dialog = since = undefined
    setTimer(milliseconds, subscribe)
  }

  /** At once for the first time; a server that ends one subscription after the other is left alone for a while. */
  function waitAfterEnd(): number {
    if (since !== undefined && clock.now() - since >= CALM_MS) {
      quickEnds = 0
      backOff.reset()
    }
    return quickEnds++ === 0 ? 0 : backOff.next()
  }

  function setTimer(milliseconds: number, action: () => void): void {
    cancelTimer()
    cancelTimer = clock.after(milliseconds, action)
  }

  /** A dialog is ended from inside, and the notifier answers with a last NOTIFY. RFC 6665 §4.1.2.3. */
  function sayFarewell(state: SubscriptionState): void {
    if (state.status === 'terminated') finish()
    else unsubscribe()
  }

  function unsubscribe(): void {
    if (unsubscribed) return
    unsubscribed = true
    dialog?.subscribe(0)
  }

  function finish(): void {
    if (ended) return
    ended = true
    cancelTimer()
    stopListening()
    dialog?.dispose()
    closing?.()
    events.ended()
  }

  return {
    start() {
      stopListening = agent.listen({
        opened() {
          if (since === undefined) subscribe()
          else refresh()
        },
        lost() {
          cancelTimer()
        },
      })
      subscribe()
    },
    close() {
      if (ended) return Promise.resolve()
      return new Promise((resolve) => {
        closing = resolve
        setTimer(PATIENCE_ON_CLOSE_MS, finish)
        if (!dialog || !agent.connected) finish()
        else if (since !== undefined) unsubscribe()
      })
    },
  }
}
