/** Takes banned images away where they are stored already: as somebody's icon, or waiting to become one. */
import { PRES_CONTENT } from '../../core/model/document-id.ts'
import type { DocumentMetadata, DocumentStore } from '../../core/model/stores.ts'
import type { Moderation } from './moderated-store.ts'

/** How many documents there were. Whoever watches their owners is told by the change feed. */
export async function removeBanned(
  { banned, held }: Moderation,
  documents: DocumentStore,
): Promise<number> {
  const isBanned = rememberedByHash(async (hash) => {
    if (await banned.hasHash(hash)) return true
    const bytes = await documents.image(hash)
    return bytes !== undefined && banned.has({ hash, bytes })
  })
  let removed = 0
  for await (const { id, icon } of held.list()) {
    if (id.tree === 'global' || !icon || !(await isBanned(icon.hash))) continue
    if (await held.reject(id.tree)) removed++
  }
  for await (const owner of documents.iconOwners()) {
    for (const document of await documents.list(owner, PRES_CONTENT)) {
      if (!document.icon || !(await isBanned(document.icon.hash))) continue
      if (await isGone(documents, document)) removed++
    }
  }
  return removed
}

/** Another one by now was looked at when it came. */
async function isGone(documents: DocumentStore, { id, tag }: DocumentMetadata): Promise<boolean> {
  const { outcome } = await documents.delete(id, { ifMatch: [tag] })
  return outcome === 'deleted'
}

/** Hashes that are remembered: the same picture may be many people's, and is decoded once. */
const MOST = 100_000

function rememberedByHash(ask: (hash: string) => Promise<boolean>) {
  const known = new Map<string, boolean>()
  return async (hash: string): Promise<boolean> => {
    const before = known.get(hash)
    if (before !== undefined) return before
    const answer = await ask(hash)
    if (known.size < MOST) known.set(hash, answer)
    return answer
  }
}
