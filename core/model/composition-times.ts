/** What holds for a time: elements that are over, or have not begun, are not told. RFC 4480 §3.1. */
import { isDevice, isPerson } from '../documents/data-model.ts'
import type { PresenceDocument, Tuple } from '../documents/pidf.ts'
import { RPID_NAMESPACE } from '../documents/rpid.ts'
import { attributeOf, type XmlElement, type XmlNode } from '../documents/xml-element.ts'

export interface Times {
  /** The document as it is now: itself where nothing in it is over or yet to come. */
  current(document: PresenceDocument): PresenceDocument
  /** When the next of what was seen begins or ends, in milliseconds since the epoch; undefined: never. */
  nextChange(): number | undefined
}

export function createTimes(now: number): Times {
  let next = Infinity

  /** A time that cannot be read bounds nothing. */
  function isOver(time: string | undefined): boolean | undefined {
    const at = time === undefined ? NaN : Date.parse(time)
    if (Number.isNaN(at)) return undefined
    if (at > now) next = Math.min(next, at)
    return at <= now
  }

  function holds(node: XmlNode): boolean {
    if (typeof node === 'string' || node.namespace !== RPID_NAMESPACE) return true
    if (node.attributes.length === 0) return true
    const begun = isOver(attributeOf(node, 'from')) !== false
    const ended = isOver(attributeOf(node, 'until')) === true
    return begun && !ended
  }

  function currentTuple(tuple: Tuple): Tuple {
    if (tuple.extensions.every(holds)) return tuple
    return { ...tuple, extensions: tuple.extensions.filter(holds) }
  }

  function currentElement(element: XmlElement): XmlElement {
    if (!isPerson(element) && !isDevice(element)) return element
    if (element.children.every(holds)) return element
    return { ...element, children: element.children.filter(holds) }
  }

  return {
    current: (document) => ({
      ...document,
      tuples: document.tuples.map(currentTuple),
      extensions: document.extensions.map(currentElement),
    }),
    nextChange: () => (next === Infinity ? undefined : next),
  }
}
