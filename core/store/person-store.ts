/** Person store on Level: what is removed stands in LevelDB's files until they are written anew. */
import { isOfPerson, type PersonStore } from '../model/person-store.ts'
import type { EventStateStore } from '../model/stores.ts'
import type { LevelDatabase } from './level-database.ts'

export function createPersonStore({
  eventState,
  databases,
}: {
  /** Of all members. */
  eventState: Pick<EventStateStore, 'publications' | 'subscriptions' | 'bindings'>
  databases: readonly Pick<LevelDatabase, 'compact'>[]
}): PersonStore {
  return {
    async eventStateOf(addresses) {
      const isOf = isOfPerson(addresses)
      return {
        publications: await chosen(eventState.publications(), isOf.publication),
        subscriptions: await chosen(eventState.subscriptions(), isOf.subscription),
        bindings: await chosen(eventState.bindings(), isOf.binding),
      }
    },
    async forget() {
      for (const database of databases) await database.compact()
    },
  }
}

async function chosen<T>(
  records: AsyncIterable<T>,
  isWanted: (record: T) => boolean,
): Promise<T[]> {
  const found: T[] = []
  for await (const record of records) if (isWanted(record)) found.push(record)
  return found
}
