/** Held icons: the one of each person that waits for an administrator's approval. The kind `held-icon` says whose there are. */
import type { AdministrationStore } from '../../core/model/administration-store.ts'
import { HELD_ICON, PRES_CONTENT, type DocumentId } from '../../core/model/document-id.ts'
import type {
  Allowance,
  DocumentContent,
  DocumentMetadata,
  DocumentStore,
  WriteOutcome,
} from '../../core/model/stores.ts'
import { createTurns } from '../../core/store/turns.ts'
import type { Aor } from '../../core/uri/aor.ts'

export interface HeldIcons {
  /** In place of what waited before. */
  hold(
    id: DocumentId & { readonly tree: Aor },
    content: DocumentContent,
    allowance: Allowance | undefined,
  ): Promise<WriteOutcome>
  /** Undefined: nothing of theirs waits. */
  of(owner: Aor): Promise<DocumentMetadata | undefined>
  list(): AsyncIterable<DocumentMetadata>
  /** From now on everybody sees it. Undefined: nothing waited. */
  approve(owner: Aor): Promise<DocumentMetadata | undefined>
  /** Undefined: nothing waited. */
  reject(owner: Aor): Promise<DocumentMetadata | undefined>
}

interface Parts {
  /** Where nothing is held. */
  readonly documents: DocumentStore
  readonly records: AdministrationStore
  /** The name of an announced icon. */
  readonly tokenOf: (owner: Aor, hash: string) => Promise<string>
  readonly now: () => number
}

export function createHeldIcons(parts: Parts): HeldIcons {
  const { documents, records } = parts
  const turns = createTurns()

  async function newest(owner: Aor): Promise<DocumentMetadata | undefined> {
    const all = await documents.list(owner, HELD_ICON)
    return all.toSorted((a, b) => a.sequence - b.sequence).at(-1)
  }

  /** The record goes last: it must lead to whatever is left. */
  async function forget(owner: Aor): Promise<void> {
    await removeAll(documents, owner)
    await records.remove('held-icon', owner)
  }

  return {
    hold: (id, content, allowance) =>
      turns.take(id.tree, async () => {
        await records.put('held-icon', id.tree, { at: parts.now() })
        const held = { ...id, auid: HELD_ICON }
        const outcome = await documents.put(held, content, {}, allowance)
        if (!('tag' in outcome)) return outcome
        await removeAll(documents, id.tree, id.path)
        return { outcome: 'held', tag: outcome.tag, id: held }
      }),
    of: newest,
    list: () => heldIcons(records, newest),
    approve: (owner) =>
      turns.take(owner, async () => {
        const held = await newest(owner)
        if (held) await announce(parts, owner, held)
        await forget(owner)
        return held
      }),
    reject: (owner) =>
      turns.take(owner, async () => {
        const held = await newest(owner)
        await forget(owner)
        return held
      }),
  }
}

async function* heldIcons(
  records: AdministrationStore,
  newest: HeldIcons['of'],
): AsyncIterable<DocumentMetadata> {
  for await (const { key } of records.list('held-icon')) {
    const held = await newest(key as Aor)
    if (held) yield held
  }
}

/** `but`: the one that stays. */
async function removeAll(documents: DocumentStore, owner: Aor, but?: string): Promise<void> {
  for (const { id } of await documents.list(owner, HELD_ICON)) {
    if (id.path !== but) await documents.delete(id, {})
  }
}

async function announce(
  { documents, tokenOf }: Parts,
  owner: Aor,
  { id, icon, contentType }: DocumentMetadata,
): Promise<void> {
  const stored = await documents.get(id)
  const bytes = icon && (await documents.image(icon.hash))
  if (!stored || !bytes) throw new Error(`the icon of ${owner} that waits cannot be read`)
  const token = await tokenOf(owner, icon.hash)
  const content = { contentType, body: stored.body, icon: { ...icon, bytes, token } }
  const { outcome } = await documents.put({ ...id, auid: PRES_CONTENT }, content, {})
  if (outcome === 'banned') throw new Error(`the icon of ${owner} that waits is a banned image`)
}
