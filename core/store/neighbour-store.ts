/** Neighbour store on Level: pairs of a user and a contact in another network, and what contacts' software can do. */
import type { ContactPair } from '../model/contact-pair.ts'
import type { Log } from '../model/log.ts'
import type { NeighbourStore, PairWrite } from '../model/stores.ts'
import type { Aor } from '../uri/aor.ts'
import type { LevelDatabase, WriteOperation } from './level-database.ts'
import { openJson, sealJson } from './record-envelope.ts'
import { keysBelow, namesInKey, recordKey, type RecordKind } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'
import type { Transactions } from './transactions.ts'

/** About 2 KB each. What falls out is asked for again. */
const MOST_CAPABILITIES = 4_096

export const pairKey = ({ user, contact }: Pick<ContactPair, 'user' | 'contact'>) =>
  recordKey('pair', user, contact)

interface NeighbourStoreParts {
  readonly database: LevelDatabase
  readonly transactions: Transactions
  readonly log: Log
  readonly mostCapabilities?: number
}

export function createNeighbourStore(parts: NeighbourStoreParts): NeighbourStore {
  const { transactions } = parts
  return {
    pairs: () => records(parts, 'pair', (_, value) => value as ContactPair),
    async writePairs(writes) {
      await transactions.ready()
      await transactions.commit(writes.map(operationFor))
    },
    listed: () =>
      records(parts, 'listed', (key, value) => ({
        user: namesInKey(key)[0] as Aor,
        contacts: value as readonly Aor[],
      })),
    async writeListed(user, contacts) {
      const key = recordKey('listed', user)
      await transactions.ready()
      await transactions.commit([
        contacts.length === 0
          ? { type: 'del', key }
          : { type: 'put', key, value: sealJson(contacts) },
      ])
    },
    capabilities: () =>
      records(parts, 'capabilities', (key, value) => ({
        hash: hashInKey(key),
        features: value as readonly string[],
      })),
    rememberCapabilities: createCapabilityWriter(parts),
  }
}

async function* records<T>(
  { database, log }: NeighbourStoreParts,
  kind: RecordKind,
  from: (key: string, value: unknown) => T,
): AsyncIterable<T> {
  for await (const [key, bytes] of database.entries(keysBelow(kind))) {
    const record = readableOr(undefined, log, () => from(key, openJson(key, bytes)))
    if (record !== undefined) yield record
  }
}

/** The hashes in memory are in the order in which they were written; those of before a restart come first. */
function createCapabilityWriter({
  database,
  transactions,
  mostCapabilities = MOST_CAPABILITIES,
}: NeighbourStoreParts): NeighbourStore['rememberCapabilities'] {
  let known: Promise<Set<string>> | undefined

  async function stored(): Promise<Set<string>> {
    const hashes = new Set<string>()
    for await (const [key] of database.entries(keysBelow('capabilities'))) {
      hashes.add(hashInKey(key))
    }
    return hashes
  }

  return async (hash, features) => {
    known ??= stored()
    const hashes = await known
    await transactions.ready()
    hashes.delete(hash)
    hashes.add(hash)
    const operations: WriteOperation[] = [
      { type: 'put', key: recordKey('capabilities', hash), value: sealJson(features) },
    ]
    for (const oldest of hashes) {
      if (hashes.size <= mostCapabilities) break
      hashes.delete(oldest)
      operations.push({ type: 'del', key: recordKey('capabilities', oldest) })
    }
    await transactions.commit(operations)
  }
}

function hashInKey(key: string): string {
  return namesInKey(key)[0] ?? ''
}

function operationFor(write: PairWrite): WriteOperation {
  if ('remove' in write) return { type: 'del', key: pairKey(write.remove) }
  return { type: 'put', key: pairKey(write.put), value: sealJson(write.put) }
}
