/** Reads publications: all that were asked for in one event-loop turn with one statement. */
import type { Clock } from '../../model/clock.ts'
import { entityTag } from '../../model/entity-tag.ts'
import type { PublicationRecord } from '../../model/event-state.ts'
import type { Aor } from '../../uri/aor.ts'
import { recordKey } from '../record-key.ts'
import type { Query } from './connection.ts'
import type { StoredPublication } from './event-state-statement.ts'
import { originalText, storedText } from './stored-text.ts'

/** Rejects with StoreUnavailable. Those that are over are left out. */
export type ReadPublications = (
  presentity: Aor,
  eventPackage: string,
) => Promise<readonly PublicationRecord[]>

export interface PublicationColumns {
  readonly presentity: string
  readonly event_package: string
  readonly id: string
  readonly tag: string
  readonly expires_at: number
  readonly record: StoredPublication
}

export function publicationOf(row: PublicationColumns): PublicationRecord {
  return {
    presentity: originalText(row.presentity) as Aor,
    eventPackage: originalText(row.event_package),
    id: originalText(row.id),
    tag: entityTag(row.tag),
    ...row.record,
    expiresAt: row.expires_at,
  }
}

interface Name {
  readonly presentity: Aor
  readonly eventPackage: string
}

type Found = ReadonlyMap<string, readonly PublicationRecord[]>

/** One statement for more of them could take longer than an answer may. */
const MOST_TOGETHER = 500

export function createPublicationReads({
  read,
  clock,
}: {
  read: Query
  clock: Clock
}): ReadPublications {
  let asked = new Map<string, Name>()
  let answer: Promise<Found> | undefined

  async function readTogether(names: ReadonlyMap<string, Name>): Promise<Found> {
    // Let the present turn of the event loop ask for all it wants.
    await new Promise((next) => setImmediate(next))
    if (asked === names) startAnew()
    return byName(await readRows(read, [...names.values()], clock.now()))
  }

  function startAnew(): void {
    asked = new Map()
    answer = undefined
  }

  return async (presentity, eventPackage) => {
    const name = nameOf(presentity, eventPackage)
    asked.set(name, { presentity, eventPackage })
    answer ??= readTogether(asked)
    const found = answer
    if (asked.size === MOST_TOGETHER) startAnew()
    return (await found).get(name) ?? []
  }
}

const nameOf = (presentity: Aor, eventPackage: string) =>
  recordKey('publication', presentity, eventPackage)

function readRows(read: Query, names: readonly Name[], now: number) {
  const asked = names.map(({ presentity, eventPackage }) => ({
    presentity: storedText(presentity),
    event_package: storedText(eventPackage),
  }))
  return read<PublicationColumns>({
    name: 'read-publications',
    text: `SELECT presentity, event_package, id, tag, expires_at, record FROM publication
      WHERE (presentity, event_package) IN (SELECT presentity, event_package
        FROM json_to_recordset($1::json) AS asked (presentity text, event_package text))
      AND record IS NOT NULL AND expires_at > $2 ORDER BY presentity, event_package, id`,
    values: [JSON.stringify(asked), now],
  })
}

function byName(rows: readonly PublicationColumns[]): Found {
  const found = new Map<string, PublicationRecord[]>()
  for (const record of rows.map(publicationOf)) {
    const name = nameOf(record.presentity, record.eventPackage)
    const those = found.get(name)
    if (those) those.push(record)
    else found.set(name, [record])
  }
  return found
}
