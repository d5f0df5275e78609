/** What the tests of presence in both words begin with: a contact, his devices, a reader of PIDF. */
import { parsePidf } from '../../core/documents/pidf.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import type { AvailableResource } from '../../xmpp-gateway/presence/pidf-of-presence.ts'
import { valueOf } from '../documents/fixtures.ts'

export const BOB = parseAor('sip:bob@xmpp.example') as Aor

export const read = (source: Uint8Array | string) =>
  valueOf(readDocument(source, (root) => parsePidf(root)))

/** A device, as these tests want it. */
export const resource = (given: Partial<AvailableResource>): AvailableResource => ({
  resource: 'desk',
  show: undefined,
  statuses: [],
  priority: 0,
  ...given,
})
