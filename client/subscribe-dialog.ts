/** One subscription dialog: its first SUBSCRIBE, those that follow in it, and its NOTIFYs. RFC 6665 §4.1, §4.4. */
import {
  SubscriptionDialog,
  type IncomingNotifyRequest,
  type IncomingResponse,
  type OutgoingSubscribeRequest,
  type Subscription,
} from 'sip.js/lib/core/index.js'
import type { Aor } from '../core/uri/aor.ts'
import type { DigestCredentials } from './digest-credentials.ts'
import { sipAnswer, type SipAnswer } from './sip-answer.ts'
import { authorizeAhead } from './sip-js-credentials.ts'
import type { SipUserAgent } from './sip-user-agent.ts'

export interface Notify {
  /** The header field. */
  readonly subscriptionState: string
  /** Absent when there is none. */
  readonly body?: NotifyBody
}

export interface NotifyBody {
  /** Media type with its parameters. */
  readonly type: string
  readonly text: string
}

/** Hears of the dialog until `lost`, or until it is disposed of. */
export interface SubscribeListener {
  /** A NOTIFY came; its 200 has been sent. */
  notified(notify: Notify): void
  /** A SUBSCRIBE was refused or not answered; what stood before stands for as long as it was granted. */
  refused(answer: SipAnswer): void
  /** There is no such dialog, or not any more. */
  lost(): void
}

export interface SubscribeDialog {
  /** Asks for so many seconds from now; 0 ends the subscription. Only after the first NOTIFY. */
  subscribe(expires: number): void
  dispose(): void
}

/** Sends the first SUBSCRIBE. */
export function openSubscribeDialog({
  agent,
  credentials,
  presentity,
  expires,
  listener,
}: {
  agent: SipUserAgent
  credentials: DigestCredentials
  presentity: Aor
  expires: number
  listener: SubscribeListener
}): SubscribeDialog {
  let dialog: Subscription | undefined
  let notified = false
  let over = false

  function take(request: IncomingNotifyRequest): void {
    const { message } = request
    request.accept()
    if (over) return
    notified = true
    const type = message.getHeader('Content-Type')
    listener.notified({
      subscriptionState: message.getHeader('Subscription-State') ?? '',
      ...(type !== undefined && message.body !== '' && { body: { type, text: message.body } }),
    })
  }

  function refused(response: IncomingResponse): void {
    if (!over) listener.refused(sipAnswer(response))
  }

  function lost(): void {
    if (over) return
    over = true
    listener.lost()
  }

  function firstRefused(response: IncomingResponse): void {
    // A NOTIFY may overtake the answer, and then it is the NOTIFY that counts. RFC 6665 §4.1.2.4
    if (!notified) refused(response)
  }

  const message = agent.newRequest('SUBSCRIBE', presentity, headerLines(agent, expires))
  authorizeAhead(message, credentials)
  const first = agent.core.subscribe(message, {
    onNotify({ request, subscription }) {
      dialog = subscription
      if (subscription) subscription.delegate = { onNotify: take, onTerminated: lost }
      take(request)
    },
    onNotifyTimeout: lost,
    onRedirect: firstRefused,
    onReject: firstRefused,
  })

  return {
    subscribe(seconds) {
      if (!dialog || over) return
      const current = dialog
      const headers = { extraHeaders: headerLines(agent, seconds) }
      const failed = (response: IncomingResponse) => {
        keepCount(current, sent)
        refused(response)
      }
      const accepted = () => {
        keepCount(current, sent)
      }
      const delegate = { onAccept: accepted, onRedirect: failed, onReject: failed }
      const sent = current.subscribe(delegate, headers)
    },
    dispose() {
      over = true
      first.waitNotifyStop()
      dialog?.dispose()
    },
  }
}

function headerLines(agent: SipUserAgent, expires: number): string[] {
  return [
    'Event: presence',
    'Accept: application/pidf+xml',
    `Expires: ${expires}`,
    agent.contactLine(),
  ]
}

/** sip.js takes another CSeq to answer a challenge and forgets it, so that the next request would repeat it. */
function keepCount(dialog: Subscription, sent: OutgoingSubscribeRequest): void {
  if (!(dialog instanceof SubscriptionDialog)) return
  while ((dialog.localSequenceNumber ?? sent.message.cseq) < sent.message.cseq) {
    dialog.incrementLocalSequenceNumber()
  }
}
