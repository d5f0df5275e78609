/** How much a document may hold, so that reading and checking it keeps nobody else waiting for long. RFC 4825 §8.2.5. */
import type { XmlElement } from '../core/documents/xml-element.ts'
import { DEFAULT_XML_LIMITS, type XmlLimits } from '../core/documents/xml-reader.ts'
import { ConstraintFailure } from './conflicts.ts'

// Each may be wrong, and libxml2 reports every one before it gives up: some 50 ms for the worst document.
const MOST_ATTRIBUTES = 12_000

/** @param maxLength In bytes. */
export function documentLimits(maxLength: number): XmlLimits {
  return { ...DEFAULT_XML_LIMITS, maxLength, maxDepth: 64, maxElements: 10_000 }
}

/** Throws `ConstraintFailure`. */
export function checkAttributeCount(root: XmlElement): void {
  if (attributesIn(root) <= MOST_ATTRIBUTES) return
  throw new ConstraintFailure(`The document has more than ${MOST_ATTRIBUTES} attributes.`)
}

function attributesIn({ attributes, children }: XmlElement): number {
  let count = attributes.length
  for (const child of children) if (typeof child !== 'string') count += attributesIn(child)
  return count
}
