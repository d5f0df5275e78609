/** Who is told of whose XCAP documents. RFC 4825 §5.7, RFC 5875 §4.7. */
import type { DocumentTree } from '../../core/model/document-id.ts'
import type { XcapUsage } from '../../core/model/xcap-usage.ts'
import type { Aor } from '../../core/uri/aor.ts'

/** Documents that only watchers may read are told to their owner alone. */
export function mayRead(usage: XcapUsage, tree: DocumentTree, reader: Aor): boolean {
  if (tree === 'global') return usage.globalReaders === undefined
  return tree === reader || usage.readers === 'everybody' || usage.readers === 'users'
}
