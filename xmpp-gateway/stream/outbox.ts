/** Outbox: the last word on each subscription while a stream is down. RFC 6121 §3. */
import { attributeOf, type XmlElement } from '../../core/documents/xml-element.ts'

export interface Outbox {
  /** Presence, messages and requests are not kept: they are told anew, or asked again. */
  keep(stanza: XmlElement): void
  /** What is kept, oldest first, which then is kept no more. */
  takeAll(): readonly XmlElement[]
}

/** Of two that say something of one direction the later holds. */
const DIRECTIONS: ReadonlyMap<string | undefined, string> = new Map([
  ['subscribe', 'to'],
  ['unsubscribe', 'to'],
  ['subscribed', 'from'],
  ['unsubscribed', 'from'],
])

/** @param most So many are kept, the newest. */
export function createOutbox(most: number): Outbox {
  const kept = new Map<string, XmlElement>()
  return {
    keep(stanza) {
      const direction =
        stanza.name === 'presence' ? DIRECTIONS.get(attributeOf(stanza, 'type')) : undefined
      if (direction === undefined) return
      const key = JSON.stringify([
        attributeOf(stanza, 'from'),
        attributeOf(stanza, 'to'),
        direction,
      ])
      kept.delete(key)
      kept.set(key, stanza)
      if (kept.size > most) kept.delete(kept.keys().next().value ?? '')
    },
    takeAll() {
      const all = [...kept.values()]
      kept.clear()
      return all
    },
  }
}
