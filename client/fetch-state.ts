/** Fetches a state once: subscribes, takes the first NOTIFY, and leaves nothing behind. RFC 6665 §4.4.3. */
import type { Aor } from '../core/uri/aor.ts'
import { onAbort, unlessAborted, type Abortable } from './abortable.ts'
import type { ClientClock } from './client-clock.ts'
import type { DigestCredentials } from './digest-credentials.ts'
import { clientClosed, noAnswer, type PresenceError } from './presence-error.ts'
import { errorOf } from './sip-answer.ts'
import type { SipUserAgent } from './sip-user-agent.ts'
import {
  openSubscribeDialog,
  type Notify,
  type SubscribedEvent,
  type SubscribeDialog,
  type SubscribeListener,
} from './subscribe-dialog.ts'
import { parseSubscriptionState } from './subscription-state.ts'

export interface FetchParts extends Abortable {
  readonly agent: SipUserAgent
  readonly credentials: DigestCredentials
  readonly clock: ClientClock
}

interface FetchedState extends FetchParts {
  readonly presentity: Aor
  readonly event: SubscribedEvent
  /** Seconds that are asked for; a subscription that stands is ended after its first NOTIFY. */
  readonly expires: number
  /** How errors begin. */
  readonly what: string
}

const PATIENCE_ON_END_MS = 2000

/**
 * Gives the first NOTIFY. Rejects with a PresenceError when there is none, for whatever reason; aborted, it still ends the
 * subscription that it may have begun.
 */
export async function fetchState(parts: FetchedState): Promise<Notify> {
  const { signal } = parts
  signal?.throwIfAborted()
  await connected(parts)
  const notify = new Promise<Notify>((resolve, reject) => {
    new Fetch(parts, resolve, reject).start()
  })
  return unlessAborted(notify, signal)
}

class Fetch {
  readonly #parts: FetchedState
  readonly #resolve: (notify: Notify) => void
  readonly #reject: (error: PresenceError) => void
  #dialog: SubscribeDialog | undefined
  #first: Notify | undefined
  #stopListening: () => void = () => undefined
  #cancelPatience: () => void = () => undefined

  constructor(
    parts: FetchedState,
    resolve: (notify: Notify) => void,
    reject: (error: PresenceError) => void,
  ) {
    this.#parts = parts
    this.#resolve = resolve
    this.#reject = reject
  }

  start(): void {
    const { agent, credentials, presentity, event, expires, what } = this.#parts
    this.#stopListening = agent.listen({
      lost: (reason) => {
        this.#end(noAnswer(what, reason.message))
      },
      closed: () => {
        this.#end(clientClosed(what))
      },
    })
    const listener: SubscribeListener = {
      notified: (notify) => {
        this.#notified(notify)
      },
      refused: (answer) => {
        this.#end(errorOf(what, answer, agent.lastFailure))
      },
      lost: () => {
        this.#end(noAnswer(what, 'the server tells nothing'))
      },
    }
    this.#dialog = openSubscribeDialog({ agent, credentials, presentity, event, expires, listener })
  }

  #notified(notify: Notify): void {
    const isFirst = this.#first === undefined
    this.#first ??= notify
    if (parseSubscriptionState(notify.subscriptionState).status === 'terminated') this.#end()
    else if (isFirst) this.#unsubscribe()
  }

  /** The answer is known; the server's farewell is waited for, so that nothing stays behind. */
  #unsubscribe(): void {
    this.#cancelPatience = this.#parts.clock.after(PATIENCE_ON_END_MS, () => {
      this.#end()
    })
    // The dialog hears of itself only after its first NOTIFY has been dealt with.
    queueMicrotask(() => {
      this.#dialog?.subscribe(0)
    })
  }

  #end(error?: PresenceError): void {
    this.#stopListening()
    this.#cancelPatience()
    this.#dialog?.dispose()
    if (this.#first) this.#resolve(this.#first)
    else this.#reject(error ?? noAnswer(this.#parts.what, 'no answer'))
  }
}

async function connected({ agent, what, signal }: FetchedState): Promise<void> {
  if (agent.connected) return
  const endings: (() => void)[] = []
  try {
    await new Promise<void>((resolve, reject) => {
      endings.push(
        onAbort(signal, reject),
        agent.listen({
          opened: resolve,
          lost: (reason) => {
            reject(noAnswer(what, reason.message))
          },
          closed: () => {
            reject(clientClosed(what))
          },
        }),
      )
      agent.start()
    })
  } finally {
    for (const end of endings) end()
  }
}
