/** A stanza as the log may show it: without the bytes of pictures, and not longer than a person reads. */
import type { XmlElement, XmlNode } from '../../core/documents/xml-element.ts'
import { writeStanza } from './stanza-writer.ts'

/** Elements whose text is a picture: of XEP-0054, and of XEP-0084 in every form of it. */
const PICTURES = ['BINVAL', 'data']
const LONGEST_TEXT = 200
const LONGEST = 4_000

export function traceOf(stanza: XmlElement): string {
  const text = writeStanza(shortened(stanza))
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

function shortened(element: XmlElement): XmlElement {
  const longest = PICTURES.includes(element.name) ? 0 : LONGEST_TEXT
  const children = element.children.map((child: XmlNode) => {
    if (typeof child !== 'string') return shortened(child)
    return child.length > longest ? `${child.slice(0, longest)}…(${child.length})` : child
  })
  return { ...element, children }
}
