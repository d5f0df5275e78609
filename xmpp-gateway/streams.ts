/** Streams: one to the XMPP server for each SIP domain, as the rest of the gateway sees them. XEP-0114. */
import type { XmlElement } from '../core/documents/xml-element.ts'
import type { MaybePromise } from '../core/model/maybe-promise.ts'
import type { Jid } from './jid.ts'

export interface Streams {
  /**
   * By the stream of the domain in `from`. While that is down, what changes a subscription is kept, within a bound, and
   * nothing else: presence is told anew when the stream is up. Never throws.
   */
  send(stanza: XmlElement): void
  /**
   * Sends an iq with an id of its own and gives the `result`. Rejects with a StanzaError: the peer's own, or
   * `remote-server-timeout` when nothing came in `timeout` milliseconds (10,000) or the stream is down.
   */
  request(asked: IqRequest, timeout?: number): Promise<XmlElement>
  isOnline(domain: string): boolean
  /** Gives what ends it. A listener that throws does the others no harm. */
  follow(listener: StreamListener): () => void
}

/** Told of each stream by its SIP domain. */
export interface StreamListener {
  /** The server there knows nothing of before: who is shown to whom is told again. */
  online?(domain: string): void
  offline?(domain: string): void
}

export interface IqRequest {
  readonly type: 'get' | 'set'
  readonly from: string
  readonly to: string
  readonly child: XmlElement
}

/** Answers what an iq of this kind asks for. */
export interface IqHandler {
  readonly type: 'get' | 'set'
  /** Of the child. */
  readonly namespace: string
  readonly name: string
  /** The child of the result; undefined: an empty result. Throws, or rejects with, a StanzaError. */
  answer(iq: IncomingIq): MaybePromise<XmlElement | undefined>
}

export interface IncomingIq {
  readonly from: Jid
  readonly to: Jid
  readonly child: XmlElement
}

/** Without a type, presence is `available`. RFC 6121 §4.7.1 */
export type PresenceType =
  | 'available'
  | 'error'
  | 'probe'
  | 'subscribe'
  | 'subscribed'
  | 'unavailable'
  | 'unsubscribe'
  | 'unsubscribed'

export interface IncomingPresence {
  readonly from: Jid
  readonly to: Jid
  readonly stanza: XmlElement
}

export type PresenceHandlers = Readonly<
  Partial<Record<PresenceType, (presence: IncomingPresence) => void>>
>

/** Takes messages, of any type but `error`, that have such a child. */
export interface MessageHandler {
  readonly namespace: string
  readonly name: string
  take(message: IncomingMessage): void
}

export interface IncomingMessage {
  readonly from: Jid
  readonly to: Jid
  readonly child: XmlElement
}
