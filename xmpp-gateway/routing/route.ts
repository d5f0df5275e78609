/** Route: what is made of stanzas of one kind. RFC 6120 §8. */
import type { XmlElement } from '../../core/documents/xml-element.ts'
import type { Jid } from '../jid.ts'

/** Handles what it can, and throws a StanzaError where that is the answer. */
export type Route = (addressed: Addressed) => void

/** A stanza that has been addressed right. */
export interface Addressed {
  readonly from: Jid
  readonly to: Jid
  readonly type: string | undefined
  readonly stanza: XmlElement
}
