/** Watches one presentity: its NOTIFYs, read as presence. RFC 3856 §6. */
import type { Aor } from '../core/uri/aor.ts'
import type { DigestCredentials } from './digest-credentials.ts'
import { createBackOff } from './back-off.ts'
import type { ClientClock } from './client-clock.ts'
import { presenceFromPidf } from './presence-document.ts'
import type { PresenceError } from './presence-error.ts'
import { createPresenceSubscription } from './presence-subscription.ts'
import { createNotificationQueue, type PresenceWatch } from './presence-watch.ts'
import { NOTHING_KNOWN, type Presence } from './presence.ts'
import type { SipUserAgent } from './sip-user-agent.ts'
import type { StateReporter } from './state-report.ts'
import { openSubscribeDialog, type NotifyBody } from './subscribe-dialog.ts'

export function watchPresence({
  agent,
  credentials,
  presentity,
  clock,
  report,
  ended,
}: {
  agent: SipUserAgent
  credentials: DigestCredentials
  presentity: Aor
  clock: ClientClock
  report: StateReporter
  ended: () => void
}): PresenceWatch {
  const queue = createNotificationQueue()
  let known: Presence = NOTHING_KNOWN
  let refusal: PresenceError | undefined
  const subscription = createPresenceSubscription({
    agent,
    open: (expires, listener) =>
      openSubscribeDialog({ agent, credentials, presentity, expires, listener }),
    what: `${presentity} cannot be watched`,
    clock,
    backOff: createBackOff(),
    events: {
      notified({ status, reason }, body) {
        report.up()
        known = presenceIn(body) ?? known
        const time = new Date(clock.now()).toISOString()
        const why = reason === undefined ? {} : { reason }
        queue.push({ time, presentity, subscription: status, ...why, ...known })
      },
      failed(error, retryInMs) {
        if (retryInMs === undefined) refusal = error
        report.failed(error, retryInMs)
      },
      ended() {
        queue.end(refusal)
        ended()
      },
    },
  })
  subscription.start()

  return {
    presentity,
    close: () => subscription.close(),
    [Symbol.asyncIterator]: () => ({
      next: () => queue.next(),
      async return() {
        await subscription.close()
        return { done: true, value: undefined }
      },
    }),
  }
}

/** Undefined: no body, or none that can be read, so that the document stands as before. RFC 3856 §6.8. */
function presenceIn(body: NotifyBody | undefined): Presence | undefined {
  const isPidf = body?.type.split(';')[0]?.trim().toLowerCase() === 'application/pidf+xml'
  return isPidf ? presenceFromPidf(body.text) : undefined
}
