/** Pair saving: a disk that is full stops nobody's presence; what it did not take is tried again. */
import type { Log } from '../../core/model/log.ts'
import type { NeighbourStore, PairWrite } from '../../core/model/stores.ts'

/** Never rejects; whether all is stored now, what failed before included. */
export type SavePairs = (writes: readonly PairWrite[]) => Promise<boolean>

export function createPairSaving({
  store,
  log,
}: {
  store: Pick<NeighbourStore, 'writePairs'>
  log: Log
}): SavePairs {
  /** By pair: of each the newest. */
  const unsaved = new Map<string, PairWrite>()

  return async (writes) => {
    for (const write of writes) unsaved.set(nameOf(write), write)
    if (unsaved.size === 0) return true
    try {
      await store.writePairs([...unsaved.values()])
      unsaved.clear()
      return true
    } catch (error) {
      log.error({ err: error, pairs: unsaved.size }, 'XMPP subscriptions could not be stored')
      return false
    }
  }
}

function nameOf(write: PairWrite): string {
  const { user, contact } = 'put' in write ? write.put : write.remove
  return `${user} ${contact}`
}
