/** vCard: the card of a SIP user, and what of it is left out on request. XEP-0054, XEP-0153 §3, XEP-0164. */
import { elementsOf, xmlElement, type XmlElement } from '../../core/documents/xml-element.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { BareJid } from '../jid.ts'
import { VCARD, VCARD_FILTER } from '../namespaces.ts'

export interface CardFacts {
  readonly jid: BareJid
  readonly user: Aor
  /** The whole name, in its own order. */
  readonly name: string
  readonly nickname: string
  /** PNG. */
  readonly photo: Uint8Array | undefined
}

export function vcard(facts: CardFacts): XmlElement {
  const { jid, user, name, nickname, photo } = facts
  return element('vCard', [
    element('FN', [name]),
    // Which part of a name is the family's cannot be told from outside; the element is required. XEP-0054 §9
    element('N', [element('FAMILY'), element('GIVEN', [name])]),
    element('NICKNAME', [nickname]),
    element('JABBERID', [jid]),
    element('URL', [user]),
    ...(photo ? [photoElement(photo)] : []),
  ])
}

/** Of the gateway itself. */
export function serviceCard(): XmlElement {
  return element('vCard', [element('FN', ['Visage'])])
}

/** The fields named in the filter of the request are excluded; without one the card is whole. XEP-0164 §3.1 */
export function filtered(card: XmlElement, request: XmlElement): XmlElement {
  const filters = elementsOf(request).filter(
    ({ name, namespace }) => name === 'filter' && namespace === VCARD_FILTER,
  )
  const excluded = new Set(filters.flatMap(elementsOf).map(({ name }) => name))
  return element(
    'vCard',
    elementsOf(card).filter(({ name }) => !excluded.has(name)),
  )
}

function photoElement(photo: Uint8Array): XmlElement {
  return element('PHOTO', [
    element('TYPE', ['image/png']),
    element('BINVAL', [Buffer.from(photo).toString('base64')]),
  ])
}

function element(name: string, children: readonly (XmlElement | string)[] = []): XmlElement {
  return xmlElement(VCARD, name, children)
}
