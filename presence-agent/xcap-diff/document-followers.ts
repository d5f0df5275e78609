/** Who wants to hear of the documents of which trees: one ear on the change feed for all of them. */
import type { Change, ChangeFeed } from '../../core/model/change-feed.ts'
import type { DocumentTree } from '../../core/model/document-id.ts'

export type DocumentChange = Extract<Change, { kind: 'document' }>

type Listener = (change: DocumentChange) => void

export interface DocumentFollowers {
  /** From now on, until what it gives is called. */
  follow(trees: Iterable<DocumentTree>, listener: Listener): () => void
}

export function createDocumentFollowers(changes: ChangeFeed): DocumentFollowers {
  const listeners = new Map<DocumentTree, Set<Listener>>()
  let endFeed: (() => void) | undefined

  function hear(change: Change): void {
    if (change.kind !== 'document') return
    for (const listener of listeners.get(change.id.tree) ?? []) listener(change)
  }

  function add(tree: DocumentTree, listener: Listener): void {
    const those = listeners.get(tree) ?? new Set()
    listeners.set(tree, those.add(listener))
    endFeed ??= changes.subscribe(hear)
  }

  function remove(tree: DocumentTree, listener: Listener): void {
    const those = listeners.get(tree)
    those?.delete(listener)
    if (those?.size === 0) listeners.delete(tree)
    if (listeners.size > 0) return
    endFeed?.()
    endFeed = undefined
  }

  return {
    follow(trees, listener) {
      const followed = [...trees]
      for (const tree of followed) add(tree, listener)
      return () => {
        for (const tree of followed) remove(tree, listener)
      }
    },
  }
}
