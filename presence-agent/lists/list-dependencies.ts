/** What lists depend on: documents, rules and accounts, and who wants to know when one of them changes. */
import type { Change } from '../../core/model/change-feed.ts'
import { PRES_RULES, type DocumentId } from '../../core/model/document-id.ts'
import type { Aor } from '../../core/uri/aor.ts'

declare const brand: unique symbol
type DependencyKey = string & { readonly [brand]: 'DependencyKey' }

export interface ListDependencies {
  /** Gives what ends it. */
  follow(keys: readonly DependencyKey[], changed: () => void): () => void
  /** Tells those who follow what has changed. */
  changed(change: Change): void
  /** Who may watch the presentity is decided anew. */
  decidedAnew(presentity: Aor): void
  /** Another number after every change of a document. */
  revision(): number
}

export const onDocument = ({ auid, tree, path }: DocumentId) =>
  `document ${auid} ${tree} ${path}` as DependencyKey
/** Whichever document they stand in. */
export const onRulesOf = (presentity: Aor) => `rules ${presentity}` as DependencyKey
export const onAccount = (aor: Aor) => `account ${aor}` as DependencyKey

export function createListDependencies(): ListDependencies {
  const followers = new Map<DependencyKey, Set<() => void>>()
  let revision = 0

  function add(key: DependencyKey, follower: () => void): void {
    const all = followers.get(key) ?? new Set<() => void>()
    followers.set(key, all.add(follower))
  }

  function remove(key: DependencyKey, follower: () => void): void {
    const all = followers.get(key)
    all?.delete(follower)
    if (all?.size === 0) followers.delete(key)
  }

  function tell(key: DependencyKey): void {
    for (const follower of [...(followers.get(key) ?? [])]) follower()
  }

  return {
    follow(keys, changed) {
      // One of its own, so that nobody else's is taken away with it.
      const follower = () => {
        changed()
      }
      for (const key of keys) add(key, follower)
      return () => {
        for (const key of keys) remove(key, follower)
      }
    },
    changed(change) {
      if (change.kind === 'document') revision++
      tell(keyOf(change))
    },
    decidedAnew(presentity) {
      tell(onRulesOf(presentity))
    },
    revision: () => revision,
  }
}

function keyOf(change: Change): DependencyKey {
  if (change.kind === 'account') return onAccount(change.aor)
  const { id } = change
  if (id.auid === PRES_RULES && id.tree !== 'global') return onRulesOf(id.tree)
  return onDocument(id)
}
