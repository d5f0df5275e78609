/** Event state store on Level: written before the 2xx, without fsync; it outlives the process, not a power cut. */
import type { Clock } from '../model/clock.ts'
import type {
  BindingRecord,
  EventStateWrite,
  PublicationRecord,
  SubscriptionRecord,
} from '../model/event-state.ts'
import type { Log } from '../model/log.ts'
import type { EventStateStore } from '../model/stores.ts'
import { createGroupCommit } from './group-commit.ts'
import { openLevelDatabase, type WriteOperation } from './level-database.ts'
import { openJson, sealJson } from './record-envelope.ts'
import { keysBelow, recordKey, type RecordKind } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'

const MEBIBYTE = 1024 * 1024

export async function openEventStateStore({
  folder,
  clock,
  log,
}: {
  folder: string
  clock: Clock
  log: Log
}): Promise<{ readonly eventState: EventStateStore; readonly close: () => Promise<void> }> {
  // A large buffer: most of what is written lives for minutes, and is gone before it would be sorted into a table.
  const writeBufferBytes = 16 * MEBIBYTE
  const database = await openLevelDatabase({ folder, sync: false, writeBufferBytes, clock, log })
  const group = createGroupCommit({ write: database.write })

  async function* records(kind: RecordKind): AsyncIterable<unknown> {
    for await (const [key, bytes] of database.entries(keysBelow(kind))) {
      const record = readableOr(undefined, log, () => openJson(key, bytes))
      if (record !== undefined) yield record
    }
  }

  return {
    eventState: {
      write: (writes) => group.commit(writes.map(operationFor)),
      publications: () => records('publication') as AsyncIterable<PublicationRecord>,
      subscriptions: () => records('subscription') as AsyncIterable<SubscriptionRecord>,
      bindings: () => records('binding') as AsyncIterable<BindingRecord>,
    },
    async close() {
      await group.idle()
      await database.close()
    },
  }
}

function operationFor(write: EventStateWrite): WriteOperation {
  return 'put' in write
    ? { type: 'put', key: keyOfRecord(write), value: sealJson(write.record) }
    : { type: 'del', key: keyOfRemoval(write) }
}

function keyOfRecord(write: Extract<EventStateWrite, { put: unknown }>): string {
  switch (write.put) {
    case 'publication':
      return publicationKey(write.record)
    case 'subscription':
      return recordKey('subscription', write.record.id)
    case 'binding':
      return recordKey('binding', write.record.aor, write.record.contact)
  }
}

function keyOfRemoval(write: Extract<EventStateWrite, { remove: unknown }>): string {
  switch (write.remove) {
    case 'publication':
      return publicationKey(write)
    case 'subscription':
      return recordKey('subscription', write.id)
    case 'binding':
      return recordKey('binding', write.aor, write.contact)
  }
}

type PublicationName = Pick<PublicationRecord, 'presentity' | 'eventPackage' | 'tag'>

function publicationKey({ presentity, eventPackage, tag }: PublicationName): string {
  return recordKey('publication', presentity, eventPackage, tag)
}
