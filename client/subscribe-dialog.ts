/** One subscription dialog: its first SUBSCRIBE, those that follow in it, and its NOTIFYs. RFC 6665 §4.1, §4.4. */
import {
  SubscriptionDialog,
  type Body,
  type IncomingNotifyRequest,
  type IncomingResponse,
  type OutgoingSubscribeRequest,
  type Subscription,
} from 'sip.js/lib/core/index.js'
import { RESOURCE_LISTS_MEDIA_TYPE } from '../core/documents/resource-lists.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { DigestCredentials } from './digest-credentials.ts'
import { sipAnswer, type SipAnswer } from './sip-answer.ts'
import { authorizationLines, authorizeAhead } from './sip-js-credentials.ts'
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
  /** The dialog stands, but cannot be given another list: a new one is needed. */
  outdated?(): void
  /** There is no such dialog, or not any more. */
  lost(): void
}

export interface SubscribeDialog {
  /** Asks for so many seconds from now; 0 ends the subscription. Only after the first NOTIFY. */
  subscribe(expires: number): void
  dispose(): void
}

/** What is subscribed to, and the media type that its state comes in. */
export interface SubscribedEvent {
  readonly package: string
  readonly accept: string
  /** Option tags for Supported. */
  readonly supported?: string
  /** The list that the subscription is to, as it is now: resource-lists XML. RFC 5367 §4. */
  readonly recipientList?: () => string
  /** The resources below an XCAP root that are meant: resource-lists XML. RFC 5875 §4.4. */
  readonly resources?: string
}

interface DialogParts {
  readonly agent: SipUserAgent
  readonly credentials: DigestCredentials
  readonly presentity: Aor
  readonly event: SubscribedEvent
  /** Seconds. */
  readonly expires: number
  readonly listener: SubscribeListener
}

/** Sends the first SUBSCRIBE. */
export function openSubscribeDialog(parts: DialogParts): SubscribeDialog {
  return new SipJsDialog(parts)
}

class SipJsDialog implements SubscribeDialog {
  readonly #agent: SipUserAgent
  readonly #credentials: DigestCredentials
  readonly #event: SubscribedEvent
  readonly #listener: SubscribeListener
  readonly #first: OutgoingSubscribeRequest
  #dialog: Subscription | undefined
  /** The list that the server has. */
  #list: string | undefined
  #notified = false
  /** CSeq of the newest NOTIFY. */
  #newest = -1
  #over = false

  constructor({ agent, credentials, presentity, event, expires, listener }: DialogParts) {
    this.#agent = agent
    this.#credentials = credentials
    this.#event = event
    this.#listener = listener
    this.#list = event.recipientList?.()
    const { lines, body } = withBody(event, headerLines(agent, event, expires), this.#list)
    const message = agent.newRequest('SUBSCRIBE', presentity, lines, body)
    authorizeAhead(message, credentials)
    // A NOTIFY may overtake the answer, and then it is the NOTIFY that counts. RFC 6665 §4.1.2.4
    const refused = (response: IncomingResponse) => {
      if (!this.#notified) this.#refused(response)
    }
    this.#first = agent.core.subscribe(message, {
      onNotify: ({ request, subscription }) => {
        this.#begin(subscription)
        this.#take(request)
      },
      onNotifyTimeout: () => {
        this.#lost()
      },
      onRedirect: refused,
      onReject: refused,
    })
  }

  subscribe(expires: number): void {
    const dialog = this.#dialog
    if (!dialog || this.#over) return
    const list = this.#newList(expires)
    const lines = [
      ...headerLines(this.#agent, this.#event, expires),
      ...authorizationLines(dialog, this.#credentials),
    ]
    const { lines: all, body } = withBody(this.#event, lines, list)
    const accepted = () => {
      keepCount(dialog, sent)
      this.#list = list ?? this.#list
    }
    const refused = (response: IncomingResponse) => {
      keepCount(dialog, sent)
      const isForList = list !== undefined && LIST_REFUSALS.has(response.message.statusCode ?? 0)
      if (isForList && !this.#over) this.#listener.outdated?.()
      else this.#refused(response)
    }
    const delegate = { onAccept: accepted, onRedirect: refused, onReject: refused }
    const sent = dialog.subscribe(delegate, { extraHeaders: all, ...(body && { body }) })
  }

  /** Undefined where the server has it, or is to forget it. */
  #newList(expires: number): string | undefined {
    const list = expires === 0 ? undefined : this.#event.recipientList?.()
    return list === this.#list ? undefined : list
  }

  dispose(): void {
    this.#over = true
    this.#first.waitNotifyStop()
    this.#dialog?.dispose()
  }

  /** A first NOTIFY that ends the subscription makes no dialog. */
  #begin(subscription: Subscription | undefined): void {
    this.#dialog = subscription
    if (!subscription) return
    subscription.delegate = {
      onNotify: (request) => {
        this.#take(request)
      },
      onTerminated: () => {
        this.#lost()
      },
    }
  }

  #take(request: IncomingNotifyRequest): void {
    const { message } = request
    // sip.js counts from the second NOTIFY only. RFC 3261 §12.2.2
    if (message.cseq <= this.#newest) {
      request.reject({ statusCode: 500 })
      return
    }
    this.#newest = message.cseq
    request.accept()
    if (this.#over) return
    this.#notified = true
    const type = message.getHeader('Content-Type')
    this.#listener.notified({
      subscriptionState: message.getHeader('Subscription-State') ?? '',
      ...(type !== undefined && message.body !== '' && { body: { type, text: message.body } }),
    })
  }

  #refused(response: IncomingResponse): void {
    if (!this.#over) this.#listener.refused(sipAnswer(response))
  }

  #lost(): void {
    if (this.#over) return
    this.#over = true
    this.#listener.lost()
  }
}

/** A server that obeys RFC 5367 §5.1 takes no list within a dialog. */
const LIST_REFUSALS = new Set([400, 403, 405, 413, 415, 420, 421, 488, 501])

function withBody(
  { resources }: SubscribedEvent,
  lines: string[],
  list: string | undefined,
): { lines: string[]; body?: Body } {
  const contentType = RESOURCE_LISTS_MEDIA_TYPE
  if (resources !== undefined) {
    return { lines, body: { contentDisposition: 'render', contentType, content: resources } }
  }
  if (list === undefined) return { lines }
  const body = { contentDisposition: 'recipient-list', contentType }
  const about = ['Require: recipient-list-subscribe', 'Content-Disposition: recipient-list']
  return { lines: [...lines, ...about], body: { ...body, content: list } }
}

function headerLines(agent: SipUserAgent, event: SubscribedEvent, expires: number): string[] {
  return [
    `Event: ${event.package}`,
    `Accept: ${event.accept}`,
    `Expires: ${expires}`,
    ...(event.supported === undefined ? [] : [`Supported: ${event.supported}`]),
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
