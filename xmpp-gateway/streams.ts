/** Streams: one to the XMPP server for each SIP domain, as the rest of the gateway sees them. XEP-0114. */
import type { XmlElement } from '../core/documents/xml-element.ts'
import type { MaybePromise } from '../core/model/maybe-promise.ts'

export interface Streams {
  /** By the stream of the domain in `from`. While that is down the newest are kept within a bound. Never throws. */
  send(stanza: XmlElement): void
  /**
   * Sends an iq with an id of its own and gives the `result`. Rejects with a StanzaError: the peer's own, or
   * `remote-server-timeout` when nothing came in `timeout` milliseconds (10,000) or the stream is down.
   */
  request(asked: IqRequest, timeout?: number): Promise<XmlElement>
  isOnline(domain: string): boolean
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
  readonly from: string
  readonly to: string
  readonly child: XmlElement
}
