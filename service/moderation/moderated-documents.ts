/** Moderated documents: a store that takes no banned image, and lets icons wait for approval where that is asked for; whichever way they come. */
import { HELD_ICON, PRES_CONTENT, type DocumentId } from '../../core/model/document-id.ts'
import { preconditionsHold } from '../../core/model/preconditions.ts'
import type { Allowance, DocumentContent, DocumentStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { BannedImages } from './banned-images.ts'
import type { HeldIcons } from './held-icons.ts'

/** `mustWait`: whether a new icon of the owner's needs approval; `allowance`: undefined where the operator writes. */
export function createModeratedDocuments({
  documents,
  banned,
  held,
  mustWait,
}: {
  documents: DocumentStore
  banned: Pick<BannedImages, 'has' | 'hasHash'>
  held: Pick<HeldIcons, 'hold'>
  mustWait: (owner: Aor, allowance: Allowance | undefined) => boolean
}): DocumentStore {
  async function putIcon(
    { id, owner, icon }: Icon,
    ...[, content, conditions, allowance]: Parameters<DocumentStore['put']>
  ): ReturnType<DocumentStore['put']> {
    if (await banned.has(icon)) return { outcome: 'banned' }
    if (mustWait(owner, allowance) && !(await isKnown(documents, owner, icon.hash))) {
      const current = await documents.metadata(id)
      if (preconditionsHold(conditions, current?.tag)) return held.hold(id, content, allowance)
      return { outcome: 'precondition-failed', ...(current && { current: current.tag }) }
    }
    const outcome = await documents.put(id, content, conditions, allowance)
    // Who banned it meanwhile has not met it among the stored ones.
    if (!('tag' in outcome) || !(await banned.hasHash(icon.hash))) return outcome
    await documents.delete(id, { ifMatch: [outcome.tag] })
    return { outcome: 'banned' }
  }

  return {
    ...documents,
    put(...asked) {
      const [id, content] = asked
      const icon = iconIn(id, content)
      return icon ? putIcon(icon, ...asked) : documents.put(...asked)
    },
  }
}

interface Icon {
  readonly id: DocumentId & { readonly tree: Aor }
  readonly owner: Aor
  readonly icon: NonNullable<DocumentContent['icon']>
}

function iconIn({ auid, tree, path }: DocumentId, { icon }: DocumentContent): Icon | undefined {
  const isOne = auid === PRES_CONTENT || auid === HELD_ICON
  return isOne && icon && tree !== 'global'
    ? { id: { auid, tree, path }, owner: tree, icon }
    : undefined
}

/** Everybody sees it already, or saw it. */
async function isKnown(documents: DocumentStore, owner: Aor, hash: string): Promise<boolean> {
  const all = await documents.list(owner, PRES_CONTENT)
  return all.some(({ icon }) => icon?.hash === hash)
}
