/** Event state store on Level: written before the 2xx, without fsync; it outlives the process, not a power cut. */
import type { Aor } from '../uri/aor.ts'
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
import { openLevelDatabase, type LevelDatabase, type WriteOperation } from './level-database.ts'
import { openPublication, sealPublication } from './publication-record.ts'
import { openJson, sealJson } from './record-envelope.ts'
import { keysBelow, recordKey, type KeyRange } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'
import { openSubscription, sealSubscription } from './subscription-record.ts'

/** What members of a service that share the store ask for besides. */
export interface EventStateReadings {
  publicationsOf(presentity: Aor, eventPackage: string): AsyncIterable<PublicationRecord>
  bindingsOf(aor: Aor): AsyncIterable<BindingRecord>
  subscription(id: string): Promise<SubscriptionRecord | undefined>
}

interface OpenedEventState {
  readonly eventState: EventStateStore
  readonly readings: EventStateReadings
  readonly snapshot: LevelDatabase['snapshot']
  readonly compact: LevelDatabase['compact']
  readonly close: () => Promise<void>
}

const MEBIBYTE = 1024 * 1024

export async function openEventStateStore({
  folder,
  clock,
  log,
}: {
  folder: string
  clock: Clock
  log: Log
}): Promise<OpenedEventState> {
  // A large buffer: most of what is written lives for minutes, and is gone before it would be sorted into a table.
  const writeBufferBytes = 16 * MEBIBYTE
  const database = await openLevelDatabase({
    ...{ folder, clock, log, writeBufferBytes },
    sync: false,
    // What is read once, at the next start, is not worth the work of making it small.
    compression: false,
  })
  const group = createGroupCommit({ write: database.write })

  async function* recordsIn<T>(range: KeyRange, open: Open<T>): AsyncIterable<T> {
    for await (const [key, bytes] of database.entries(range)) {
      const record = readableOr(undefined, log, () => open(key, bytes))
      if (record !== undefined) yield record
    }
  }

  return {
    eventState: {
      write: (writes) => group.commit(writes.map(operationFor)).then(nothingLost),
      publications: () => recordsIn(keysBelow('publication'), openPublication),
      subscriptions: () => recordsIn(keysBelow('subscription'), openSubscription),
      bindings: () => recordsIn(keysBelow('binding'), openBinding),
    },
    readings: readingsIn(database, recordsIn, log),
    ...{ snapshot: database.snapshot, compact: database.compact },
    async close() {
      await group.idle()
      await database.close()
    },
  }
}

type RecordsIn = <T>(range: KeyRange, open: Open<T>) => AsyncIterable<T>

function readingsIn(
  database: Pick<LevelDatabase, 'read'>,
  recordsIn: RecordsIn,
  log: Log,
): EventStateReadings {
  return {
    publicationsOf: (presentity, eventPackage) =>
      recordsIn(keysBelow('publication', presentity, eventPackage), openPublication),
    bindingsOf: (aor) => recordsIn(keysBelow('binding', aor), openBinding),
    async subscription(id) {
      const key = recordKey('subscription', id)
      const bytes = await database.read(key)
      return bytes && readableOr(undefined, log, () => openSubscription(key, bytes))
    },
  }
}

/** Nobody else writes here. */
const NOTHING: readonly EventStateWrite[] = []
const nothingLost = () => NOTHING

/** Gives the record that lies under a key; throws RecordUnreadable. */
type Open<T> = (key: string, bytes: Buffer) => T

const openBinding = openJson as Open<BindingRecord>

function operationFor(write: EventStateWrite): WriteOperation {
  if ('remove' in write) return { type: 'del', key: keyOfRemoval(write) }
  return { type: 'put', key: keyOfRecord(write), value: sealed(write) }
}

function sealed(write: Extract<EventStateWrite, { put: unknown }>): Buffer {
  switch (write.put) {
    case 'publication':
      return sealPublication(write.record)
    case 'subscription':
      return sealSubscription(write.record)
    case 'binding':
      return sealJson(write.record)
  }
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

type PublicationName = Pick<PublicationRecord, 'presentity' | 'eventPackage' | 'id'>

function publicationKey({ presentity, eventPackage, id }: PublicationName): string {
  return recordKey('publication', presentity, eventPackage, id)
}
