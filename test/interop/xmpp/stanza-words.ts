/** What tests ask of a stanza: who is there, what is wrong, which picture. RFC 6121 §4.7, RFC 6120 §8.3, XEP-0153, XEP-0084. */
import {
  attributeOf,
  elementsOf,
  textOf,
  type XmlElement,
} from '../../../core/documents/xml-element.ts'
import type { Received } from './xmpp-client.ts'

const STANZA_ERRORS = 'urn:ietf:params:xml:ns:xmpp-stanzas'

/** The first element so named, at any depth. */
export function within(
  element: XmlElement,
  namespace: string,
  name: string,
): XmlElement | undefined {
  if (element.name === name && element.namespace === namespace) return element
  for (const child of elementsOf(element)) {
    const found = within(child, namespace, name)
    if (found) return found
  }
  return undefined
}

const ofPresence = (stanza: Received, name: string): string | undefined => {
  const found = elementsOf(stanza.element).find((child) => child.name === name)
  return found && textOf(found)
}

export const showOf = (stanza: Received): string | undefined => ofPresence(stanza, 'show')
export const statusOf = (stanza: Received): string | undefined => ofPresence(stanza, 'status')

/** The condition's name. */
export function conditionOf(stanza: Received): string | undefined {
  const error = elementsOf(stanza.element).find(({ name }) => name === 'error')
  return error && elementsOf(error).find(({ namespace }) => namespace === STANZA_ERRORS)?.name
}

/** Undefined: nothing is said of a picture; empty: there is none. XEP-0153 §3.1 */
export function photoOf(stanza: Received): string | undefined {
  const update = within(stanza.element, 'vcard-temp:x:update', 'x')
  const photo = update && within(update, 'vcard-temp:x:update', 'photo')
  return photo && textOf(photo)
}

export interface AvatarInfo {
  readonly id: string
  readonly type: string
  readonly bytes: number
  readonly width: number
  readonly height: number
}

const METADATA = 'urn:xmpp:avatar:metadata'

/** Undefined: it is no news of an avatar; null: there is none. XEP-0084 §4.2 */
export function avatarOf({ element }: Pick<Received, 'element'>): AvatarInfo | null | undefined {
  const metadata = within(element, METADATA, 'metadata')
  if (!metadata) return undefined
  const info = within(metadata, METADATA, 'info')
  if (!info) return null
  const text = (name: string) => attributeOf(info, name) ?? ''
  return {
    id: text('id'),
    type: text('type'),
    bytes: Number(text('bytes')),
    width: Number(text('width')),
    height: Number(text('height')),
  }
}

/** A presence that says whether somebody is there, from any of his resources. */
export function isPresenceOf(bare: string, type?: 'unavailable') {
  return (stanza: Received): boolean =>
    stanza.name === 'presence' && stanza.from.split('/')[0] === bare && stanza.type === type
}

export function isSubscription(bare: string, type: string) {
  return (stanza: Received): boolean =>
    stanza.name === 'presence' && stanza.from === bare && stanza.type === type
}
