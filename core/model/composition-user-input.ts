/** User input of several devices as one: whichever is in use. RFC 4480 §3.14. */
import { isNamed, attributeOf, textOf, type XmlElement } from '../documents/xml-element.ts'
import { RPID_NAMESPACE } from '../documents/rpid.ts'

export function isUserInput(element: XmlElement): boolean {
  return isNamed(element, RPID_NAMESPACE, 'user-input')
}

/** `published`: the newest first. The one in use, else the one used last. */
export function composeUserInput(published: readonly XmlElement[]): XmlElement | undefined {
  const active = published.find((element) => textOf(element) === 'active')
  if (active || published.length < 2) return active ?? published[0]
  // Of those that do not say when, the newest.
  return published.reduce((last, other) => (lastInput(other) > lastInput(last) ? other : last))
}

function lastInput(element: XmlElement): number {
  return Date.parse(attributeOf(element, 'last-input') ?? '') || 0
}
