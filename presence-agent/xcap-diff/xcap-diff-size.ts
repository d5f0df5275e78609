/** How much one NOTIFY tells of XCAP changes: what does not fit follows, and what never fits is told by name only. RFC 5875 §4.7. */
import { serializeXcapChange, type XcapChange } from '../../core/documents/xcap-diff.ts'

/** With the head of a NOTIFY a document must fit into a datagram, in octets. */
const LONGEST_DIFF = 50_000

/** Takes the first ones away that fit together; at least one, as long as there is one. */
export function takeChanges(unsent: XcapChange[]): XcapChange[] {
  const changes: XcapChange[] = []
  let octets = 0
  for (const next of unsent) {
    const change = octetsOf(next) > LONGEST_DIFF ? withoutContent(next) : next
    octets += octetsOf(change)
    if (changes.length > 0 && octets > LONGEST_DIFF) break
    changes.push(change)
  }
  unsent.splice(0, changes.length)
  return changes
}

function octetsOf(change: XcapChange): number {
  return Buffer.byteLength(serializeXcapChange(change))
}

function withoutContent(change: XcapChange): XcapChange {
  switch (change.kind) {
    case 'document': {
      // It has to be fetched.
      const { kind, selector, previousTag, newTag } = change
      return {
        ...{ kind, selector },
        ...(previousTag === undefined ? {} : { previousTag }),
        ...(newTag === undefined ? {} : { newTag }),
      }
    }
    case 'element': {
      const { kind, selector, exists } = change
      return { kind, selector, exists, namespaces: new Map() }
    }
    case 'attribute':
      return change
  }
}
