/** Event state as it is stored: publications (RFC 3903), subscriptions (RFC 6665), registrations (RFC 3261 §10). */
import type { Aor } from '../uri/aor.ts'
import type { EntityTag } from './entity-tag.ts'

export interface PublicationRecord {
  readonly presentity: Aor
  readonly eventPackage: string
  /** Stays the same through refreshes and modifications; unique in its presentity and event package. */
  readonly id: string
  /** Another one after every request. */
  readonly tag: EntityTag
  readonly contentType: string
  /** As published: the text is kept, not its tree. */
  readonly body: string
  /** Whose software sent it from where; absent in records of earlier versions. */
  readonly source?: string
  /** Milliseconds since the epoch, both. */
  readonly publishedAt: number
  readonly expiresAt: number
}

/** What a SUBSCRIBE brought: a list, or a filter. RFC 6665 §5.4.3. */
export interface SubscribeContent {
  /** Lower case, without parameters. */
  readonly contentType: string
  /** Decoded. */
  readonly text: string
}

/** What the watcher accepts besides identity. RFC 3261 §20.2. */
export type BodyEncoding = 'deflate'

/** What a restart needs to send the next NOTIFY in the same dialog. RFC 3261 §12.1. */
export interface SubscriptionRecord {
  /** Unique in the store. */
  readonly id: string
  readonly presentity: Aor
  /** The authenticated watcher; absent: nobody in particular. */
  readonly watcher?: Aor
  readonly eventPackage: string
  /** The Event header field of the SUBSCRIBE, echoed byte for byte. */
  readonly event: string
  readonly accept: readonly string[]
  readonly watcherProfile: string
  /** Of the last SUBSCRIBE that had a body. */
  readonly content?: SubscribeContent
  /** Absent: NOTIFYs have plain bodies. */
  readonly encoding?: BodyEncoding
  /** It wants to hear of nothing but its own state. RFC 5839 §6.2. */
  readonly quenched?: true
  /** When the first SUBSCRIBE came; absent in records of earlier versions. */
  readonly subscribedAt?: number
  readonly expiresAt: number
  /** Present: it has ended without an answer of the presentity, and is only remembered, until then. RFC 3857 §4.7.1. */
  readonly waitingUntil?: number
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  readonly localUri: string
  readonly remoteUri: string
  readonly remoteTarget: string
  readonly routeSet: readonly string[]
  readonly remoteCseq: number
  /** No NOTIFY was ever sent with a CSeq above this; a restart begins there. */
  readonly cseqReserved: number
  /** Where the SUBSCRIBE came from, as the SIP endpoint names it. */
  readonly flow: FlowRecord
}

export interface FlowRecord {
  readonly transport: string
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
}

export interface BindingRecord {
  readonly aor: Aor
  /** The contact URI as registered. */
  readonly contact: string
  readonly callId: string
  readonly cseq: number
  readonly expiresAt: number
  /** Parameters of the Contact besides `expires`, as `+sip.instance`. */
  readonly parameters: string
}

export type EventStateWrite =
  | {
      readonly put: 'publication'
      readonly record: PublicationRecord
      /** The tag that the publication has until then; absent: it is a new one. */
      readonly replaces?: EntityTag
    }
  | {
      readonly remove: 'publication'
      readonly presentity: Aor
      readonly eventPackage: string
      readonly id: string
      /** The tag that it has until then; absent: whatever it has, it goes. */
      readonly replaces?: EntityTag
    }
  | { readonly put: 'subscription'; readonly record: SubscriptionRecord }
  | { readonly remove: 'subscription'; readonly id: string }
  | { readonly put: 'binding'; readonly record: BindingRecord }
  | { readonly remove: 'binding'; readonly aor: Aor; readonly contact: string }
