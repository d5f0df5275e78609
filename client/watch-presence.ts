/** Watches one presentity: its NOTIFYs, read as presence. RFC 3856 §6. */
import { PIDF_MEDIA_TYPE } from '../core/documents/pidf.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { DigestCredentials } from './digest-credentials.ts'
import { createBackOff } from './back-off.ts'
import type { ClientClock } from './client-clock.ts'
import { presenceFromPidf } from './presence-document.ts'
import type { PresenceError } from './presence-error.ts'
import { createPresenceSubscription, type PresenceSubscription } from './presence-subscription.ts'
import { createNotificationQueue, type PresenceWatch } from './presence-watch.ts'
import { NOTHING_KNOWN, type Presence, type PresenceNotification } from './presence.ts'
import type { SipUserAgent } from './sip-user-agent.ts'
import type { StateReporter } from './state-report.ts'
import { openSubscribeDialog, type NotifyBody, type SubscribedEvent } from './subscribe-dialog.ts'
import type { SubscriptionState } from './subscription-state.ts'

export const PRESENCE_EVENT: SubscribedEvent = {
  package: 'presence',
  accept: PIDF_MEDIA_TYPE,
}

interface WatchParts {
  readonly agent: SipUserAgent
  readonly credentials: DigestCredentials
  readonly presentity: Aor
  readonly clock: ClientClock
  readonly report: StateReporter
  readonly ended: () => void
}

export function watchPresence(parts: WatchParts): PresenceWatch {
  return new SipPresenceWatch(parts)
}

class SipPresenceWatch implements PresenceWatch {
  readonly presentity: Aor
  readonly #queue = createNotificationQueue()
  readonly #clock: ClientClock
  readonly #subscription: PresenceSubscription
  #known: Presence = NOTHING_KNOWN
  #refusal: PresenceError | undefined

  constructor({ agent, credentials, presentity, clock, report, ended }: WatchParts) {
    this.presentity = presentity
    this.#clock = clock
    this.#subscription = createPresenceSubscription({
      agent,
      open: (expires, listener) =>
        openSubscribeDialog({
          ...{ agent, credentials, presentity, expires, listener },
          event: PRESENCE_EVENT,
        }),
      what: `${presentity} cannot be watched`,
      clock,
      backOff: createBackOff(),
      events: {
        notified: (state, body) => {
          report.up()
          this.#notified(state, body)
        },
        failed: (error, retryInMs) => {
          if (retryInMs === undefined) this.#refusal = error
          report.failed(error, retryInMs)
        },
        ended: () => {
          this.#queue.end(this.#refusal)
          ended()
        },
      },
    })
    this.#subscription.start()
  }

  close(): Promise<void> {
    return this.#subscription.close()
  }

  [Symbol.asyncIterator](): AsyncIterator<PresenceNotification, void> {
    return {
      next: () => this.#queue.next(),
      return: async () => {
        await this.close()
        return { done: true, value: undefined }
      },
    }
  }

  #notified({ status, reason }: SubscriptionState, body: NotifyBody | undefined): void {
    this.#known = presenceIn(body) ?? this.#known
    this.#queue.push({
      time: new Date(this.#clock.now()).toISOString(),
      presentity: this.presentity,
      subscription: status,
      ...(reason !== undefined && { reason }),
      ...this.#known,
    })
  }
}

/** Undefined: no body, or none that can be read, so that the document stands as before. RFC 3856 §6.8. */
function presenceIn(body: NotifyBody | undefined): Presence | undefined {
  const isPidf = body?.type.split(';')[0]?.trim().toLowerCase() === PIDF_MEDIA_TYPE
  return isPidf ? presenceFromPidf(body.text) : undefined
}
