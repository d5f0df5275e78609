/** Documents of other people that name a person: their lists and rules. They are theirs, and stay. */
import { PRES_RULES, RESOURCE_LISTS, RLS_SERVICES } from '../../core/model/document-id.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'

const USAGES = [RESOURCE_LISTS, RLS_SERVICES, PRES_RULES]

/** How many there are. */
export async function countMentions(
  addresses: readonly Aor[],
  documents: Pick<DocumentStore, 'ofUsage'>,
): Promise<number> {
  let found = 0
  for (const usage of USAGES) {
    for await (const { id, body } of documents.ofUsage(usage)) {
      if (id.tree !== 'global' && addresses.includes(id.tree)) continue
      const text = Buffer.from(body)
      if (addresses.some((address) => text.includes(address))) found++
    }
  }
  return found
}
