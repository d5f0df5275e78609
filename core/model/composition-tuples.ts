/** Composed tuples: every device's, with unique ids, the available ones first. RFC 3863 §4.1.2. */
import type { Contact, PresenceDocument, Tuple } from '../documents/pidf.ts'
import type { Aor } from '../uri/aor.ts'
import { isUselessIcon } from './composition-icon.ts'
import type { TakeIdentifier } from './composition-identifiers.ts'

export interface TupleRules {
  readonly takeIdentifier: TakeIdentifier
  readonly isGoneIcon: (url: string) => boolean
}

const CLOSED_TUPLE_ID = 'closed'

/** What a presentity has of whom nothing else is known, or may be known. */
export function closedTuple(presentity: Aor, note?: string): Tuple {
  return {
    id: CLOSED_TUPLE_ID,
    basic: 'closed',
    statusExtensions: [],
    extensions: [],
    contact: { uri: presentity },
    notes: note === undefined ? [] : [{ text: note }],
  }
}

/** Never empty. `sources`: the newest first. */
export function composeTuples(
  presentity: Aor,
  sources: readonly PresenceDocument[],
  { takeIdentifier, isGoneIcon }: TupleRules,
): Tuple[] {
  const tuples: Tuple[] = []
  for (const source of sources) {
    for (const tuple of source.tuples) {
      tuples.push({
        ...tuple,
        // Devices reuse ids, as baresip its t4109.
        id: takeIdentifier(tuple.id),
        contact: composeContact(presentity, tuple.contact),
        extensions: tuple.extensions.filter((element) => !isUselessIcon(element, isGoneIcon)),
      })
    }
  }
  if (tuples.length === 0) return [closedTuple(presentity)]
  // baresip takes the first basic of the document.
  return tuples.length === 1 ? tuples : tuples.sort((a, b) => rank(a) - rank(b))
}

function rank({ basic }: Tuple): number {
  if (basic === 'open') return 0
  return basic === undefined ? 1 : 2
}

const SAME_PERSON = /^(?:sips?|pres|im):/i

// Jitsi looks the contact up in its list of buddies, so a device's own address would hide the status.
function composeContact(presentity: Aor, published: Contact | undefined): Contact {
  // Another means, as mailto: or tel:, is not reached at the address of record.
  if (published && !SAME_PERSON.test(published.uri)) return published
  return { ...published, uri: presentity }
}
