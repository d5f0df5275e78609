/** The icon in a composed document: what was published, else what is stored, under both names. RFC 4482 §3.4, RFC 4480 §3.12. */
import { CIPID_NAMESPACE, cipidElement } from '../documents/cipid.ts'
import { RPID_NAMESPACE, statusIconElement } from '../documents/rpid.ts'
import { isNamed, textOf, type XmlElement } from '../documents/xml-element.ts'

export function isCipidIcon(element: XmlElement): boolean {
  return isNamed(element, CIPID_NAMESPACE, 'icon')
}

function isStatusIcon(element: XmlElement): boolean {
  return isNamed(element, RPID_NAMESPACE, 'status-icon')
}

export function isIcon(element: XmlElement): boolean {
  return isCipidIcon(element) || isStatusIcon(element)
}

/** Whether the element is an icon without a URL, or with the URL of one that is no more. */
export function isUselessIcon(element: XmlElement, isGoneIcon: (url: string) => boolean): boolean {
  if (!isIcon(element)) return false
  const url = textOf(element)
  return url === '' || isGoneIcon(url)
}

/**
 * The elements with both names of the icon among them: Blink reads `icon`, Jitsi `status-icon`.
 * What was published stays; a missing one says what the other says, or the stored icon's URL.
 */
export function withBothIcons(elements: readonly XmlElement[], stored?: string): XmlElement[] {
  const icon = elements.find(isCipidIcon)
  const statusIcon = elements.find(isStatusIcon)
  const complete = [...elements]
  const iconUrl = statusIcon ? textOf(statusIcon) : stored
  const statusIconUrl = icon ? textOf(icon) : stored
  if (!statusIcon && statusIconUrl !== undefined) complete.push(statusIconElement(statusIconUrl))
  if (!icon && iconUrl !== undefined) complete.push(cipidElement('icon', iconUrl))
  return complete
}
