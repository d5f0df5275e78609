/** Presence subscription: keeps one presentity watched, over refreshes, refusals and lost connections. RFC 6665 §4.1. */
import type { Afterwards } from '../core/model/subscription-end.ts'
import type { BackOff } from './back-off.ts'
import type { ClientClock } from './client-clock.ts'
import { longerLifetime, refreshAfter, USUAL_LIFETIME } from './lifetime.ts'
import type { PresenceError } from './presence-error.ts'
import { errorOf, secondsIn, type SipAnswer } from './sip-answer.ts'
import type { SipUserAgent } from './sip-user-agent.ts'
import type { Notify, NotifyBody, SubscribeDialog, SubscribeListener } from './subscribe-dialog.ts'
import { afterwards, parseSubscriptionState, type SubscriptionState } from './subscription-state.ts'

export interface PresenceSubscription {
  start(): void
  /** Asks for everything anew, as after a gap in what was told. */
  refresh(): void
  /** Unsubscribes, and resolves when the server has said its last word, or after two seconds. */
  close(): Promise<void>
}

interface SubscriptionEvents {
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

interface SubscriptionParts {
  readonly agent: Pick<SipUserAgent, 'connected' | 'listen' | 'start' | 'lastFailure'>
  /** Sends a SUBSCRIBE outside any dialog. */
  readonly open: (expires: number, listener: SubscribeListener) => SubscribeDialog
  /** How errors begin. */
  readonly what: string
  readonly clock: ClientClock
  readonly backOff: BackOff
  readonly events: SubscriptionEvents
}

export function createPresenceSubscription(parts: SubscriptionParts): PresenceSubscription {
  return new KeptSubscription(parts)
}

const nothing = () => undefined

class KeptSubscription implements PresenceSubscription {
  readonly #parts: SubscriptionParts
  #dialog: SubscribeDialog | undefined
  /** When the dialog brought its first NOTIFY; undefined before. */
  #since: number | undefined
  #lifetime = USUAL_LIFETIME
  #expiresAt = 0
  #mended = 0
  #quickEnds = 0
  #cancelTimer: () => void = nothing
  #stopListening: () => void = nothing
  #closing: (() => void) | undefined
  #unsubscribed = false
  /** Asked for before there was a dialog to ask in. */
  #refreshWanted = false
  #ended = false

  readonly #listener: SubscribeListener = {
    notified: (notify) => {
      this.#notified(notify)
    },
    refused: (answer) => {
      this.#refused(answer)
    },
    outdated: () => {
      if (!this.#closing) this.#beginAnew()
    },
    lost: () => {
      if (this.#closing) this.#finish()
      else this.#againIn(this.#waitAfterEnd())
    },
  }

  constructor(parts: SubscriptionParts) {
    this.#parts = parts
  }

  start(): void {
    this.#stopListening = this.#parts.agent.listen({
      opened: () => {
        if (this.#since === undefined) this.#subscribe()
        else this.#refresh()
      },
      lost: () => {
        this.#cancelTimer()
      },
    })
    this.#subscribe()
  }

  close(): Promise<void> {
    if (this.#ended) return Promise.resolve()
    return new Promise((resolve) => {
      this.#closing = resolve
      this.#setTimer(PATIENCE_ON_CLOSE_MS, () => {
        this.#finish()
      })
      if (!this.#dialog || !this.#parts.agent.connected) this.#finish()
      else if (this.#since !== undefined) this.#unsubscribe()
    })
  }

  #subscribe(): void {
    const { agent, open } = this.#parts
    this.#cancelTimer()
    this.#dialog?.dispose()
    this.#dialog = this.#since = undefined
    this.#refreshWanted = false
    // The connection comes back by itself, and `opened` with it.
    if (agent.connected) this.#dialog = open(this.#lifetime, this.#listener)
    else agent.start()
  }

  refresh(): void {
    // The dialog hears of itself only after its NOTIFY has been dealt with.
    queueMicrotask(() => {
      if (this.#closing || this.#ended) return
      if (this.#since === undefined) this.#refreshWanted = true
      else this.#refresh()
    })
  }

  /** The new subscription tells everything, so that nobody misses the old one. */
  #beginAnew(): void {
    this.#dialog?.subscribe(0)
    this.#subscribe()
  }

  #refresh(): void {
    const { agent, clock } = this.#parts
    if (clock.now() >= this.#expiresAt) this.#subscribe()
    else if (agent.connected) this.#dialog?.subscribe(this.#lifetime)
  }

  #notified(notify: Notify): void {
    const { clock, events } = this.#parts
    this.#since ??= clock.now()
    this.#mended = 0
    const state = parseSubscriptionState(notify.subscriptionState)
    if (this.#closing) {
      this.#sayFarewell(state)
      return
    }
    events.notified(state, notify.body)
    if (state.status === 'terminated') {
      this.#afterTermination[afterwards(state)](state)
      return
    }
    if (this.#refreshWanted) this.refresh()
    this.#refreshWanted = false
    const seconds = state.expires ?? this.#lifetime
    this.#expiresAt = clock.now() + seconds * 1000
    this.#setTimer(refreshAfter(seconds), () => {
      this.#refresh()
    })
  }

  readonly #afterTermination: Record<Afterwards, (state: SubscriptionState) => void> = {
    'at-once': () => {
      this.#againIn(this.#waitAfterEnd())
    },
    later: ({ retryAfter = 0 }) => {
      this.#againIn(this.#parts.backOff.next(Math.max(retryAfter, PROBATION_SECONDS)))
    },
    never: () => {
      this.#finish()
    },
  }

  #refused(answer: SipAnswer): void {
    if (this.#closing) this.#finish()
    else if (this.#isMended(answer)) this.#askAgain()
    else if (this.#since === undefined) this.#attemptRefused(answer)
    else this.#refreshRefused(answer)
  }

  #askAgain(): void {
    if (this.#since === undefined) this.#subscribe()
    else this.#refresh()
  }

  #isMended(answer: SipAnswer): boolean {
    if (answer.status !== 423 || ++this.#mended > MOST_MENDED_IN_A_ROW) return false
    const longer = longerLifetime(this.#lifetime, secondsIn(answer, 'Min-Expires'))
    this.#lifetime = longer ?? this.#lifetime
    return longer !== undefined
  }

  #attemptRefused(answer: SipAnswer): void {
    const { events, backOff } = this.#parts
    const error = this.#errorOf(answer)
    if (error.prospect === 'final') {
      events.failed(error, undefined)
      this.#finish()
      return
    }
    const wait = backOff.next(secondsIn(answer, 'Retry-After'))
    this.#againIn(wait)
    events.failed(error, wait)
  }

  /** The subscription stands for as long as it was granted. RFC 6665 §4.1.2.2. */
  #refreshRefused(answer: SipAnswer): void {
    const { events, backOff } = this.#parts
    const error = this.#errorOf(answer)
    // The password is good for nothing any more, and asking again would only look like an attack.
    if (answer.status === 401 || answer.status === 407) {
      events.failed(error, undefined)
      this.#finish()
      return
    }
    const wait = backOff.next(secondsIn(answer, 'Retry-After'))
    this.#setTimer(wait, () => {
      this.#refresh()
    })
    events.failed(error, wait)
  }

  #errorOf(answer: SipAnswer): PresenceError {
    return errorOf(this.#parts.what, answer, this.#parts.agent.lastFailure)
  }

  #againIn(milliseconds: number): void {
    this.#dialog?.dispose()
    this.#dialog = this.#since = undefined
    this.#setTimer(milliseconds, () => {
      this.#subscribe()
    })
  }

  /** At once for the first time; a server that ends one subscription after the other is left alone for a while. */
  #waitAfterEnd(): number {
    const { clock, backOff } = this.#parts
    if (this.#since !== undefined && clock.now() - this.#since >= CALM_MS) {
      this.#quickEnds = 0
      backOff.reset()
    }
    return this.#quickEnds++ === 0 ? 0 : backOff.next()
  }

  #setTimer(milliseconds: number, action: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#parts.clock.after(milliseconds, action)
  }

  /** A dialog is ended from inside, and the notifier answers with a last NOTIFY. RFC 6665 §4.1.2.3. */
  #sayFarewell(state: SubscriptionState): void {
    if (state.status === 'terminated') this.#finish()
    else this.#unsubscribe()
  }

  #unsubscribe(): void {
    if (this.#unsubscribed) return
    this.#unsubscribed = true
    this.#dialog?.subscribe(0)
  }

  #finish(): void {
    if (this.#ended) return
    this.#ended = true
    this.#cancelTimer()
    this.#stopListening()
    this.#dialog?.dispose()
    this.#closing?.()
    this.#parts.events.ended()
  }
}
