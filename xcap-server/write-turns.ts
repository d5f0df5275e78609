/** Writes of one document run one after the other, writes of different documents side by side. RFC 4825 §8.2. */
import type { DocumentId } from '../core/model/document-id.ts'

/** Runs the write when every write of this document that was asked for before is over. */
export type TakeTurn = <T>(id: DocumentId, write: () => Promise<T>) => Promise<T>

export function createWriteTurns(): TakeTurn {
  const last = new Map<string, Promise<unknown>>()
  return (id, write) => {
    const name = JSON.stringify([id.auid, id.tree, id.path])
    const turn = (last.get(name) ?? Promise.resolve()).then(write)
    // A write that failed keeps nobody behind it from trying.
    const over: Promise<unknown> = turn
      .catch(() => undefined)
      .then(() => {
        if (last.get(name) === over) last.delete(name)
      })
    last.set(name, over)
    return turn
  }
}
