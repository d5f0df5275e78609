/** Backup writer: a snapshot of a store as a tar, one part after the other, as fast as its reader takes them. */
import type { Readable } from 'node:stream'
import { pack, type Pack } from 'tar-stream'
import type { StoreSnapshot } from '../../core/model/store-snapshot.ts'
import type { SecretName } from '../../core/model/store-transfer.ts'
import { readVersion } from '../version.ts'
import {
  BACKUP_FORMAT,
  createBackupChecksum,
  END,
  HEAD,
  type BackupHead,
  type BackupPart,
  type LineKind,
  type LineRecords,
} from './backup-format.ts'
import { partsOfDocument } from './document-parts.ts'

/** The nonces of digest authentication are not kept: a restored service asks everybody for new ones. */
const SECRETS: readonly SecretName[] = ['icon-token']

/** Characters of a part of lines; every part stands in memory. */
const PART_LENGTH = 256 * 1024

/** The snapshot is closed at the end, and when the reader goes away. `now`: milliseconds since the epoch. */
export function writeBackup(snapshot: StoreSnapshot, now: number): Readable {
  const tar = pack()
  void writeAll(tar, snapshot, now)
    .then(
      () => {
        tar.finalize()
      },
      (error: unknown) => {
        tar.destroy(error instanceof Error ? error : new Error(String(error)))
      },
    )
    .finally(() => snapshot.close())
  return tar as unknown as Readable
}

async function writeAll(tar: Pack, snapshot: StoreSnapshot, now: number): Promise<void> {
  const records: Record<string, number> = {}
  const count = (kind: string) => {
    records[kind] = (records[kind] ?? 0) + 1
  }
  const checksum = createBackupChecksum()
  let parts = 0
  const mtime = new Date(now)
  for await (const part of partsOf(snapshot, now, count)) {
    checksum.add(part)
    parts++
    await writePart(tar, part, mtime)
  }
  const end = { parts, records, sha256: checksum.digest() }
  await writePart(tar, jsonPart(END, end), mtime)
}

/** Resolves when the reader has room for more. */
function writePart(tar: Pack, { name, bytes }: BackupPart, mtime: Date): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null) => {
      if (error) reject(error)
      else resolve()
    }
    tar.entry({ name, size: bytes.length, mode: 0o600, mtime }, done).end(bytes)
  })
}

type Count = (kind: string) => void

async function* partsOf(
  snapshot: StoreSnapshot,
  now: number,
  count: Count,
): AsyncIterable<BackupPart> {
  const head: BackupHead = {
    ...{ format: BACKUP_FORMAT, visage: readVersion(), made: new Date(now).toISOString() },
    ...(await snapshot.count()),
  }
  yield jsonPart(HEAD, head)
  yield* lineParts('secret', secretsOf(snapshot), count)
  yield* lineParts('administration', snapshot.administration(), count)
  yield* lineParts('account', snapshot.accounts(), count)
  yield* documentParts(snapshot, count)
  yield* lineParts('pair', snapshot.pairs(), count)
  yield* lineParts('listed', snapshot.listed(), count)
  yield* lineParts('capabilities', snapshot.capabilities(), count)
  yield* lineParts('publication', lasting(snapshot.publications(), now), count)
  yield* lineParts('registration', lasting(snapshot.bindings(), now), count)
}

function jsonPart(name: string, value: unknown): BackupPart {
  return { name, bytes: Buffer.from(`${JSON.stringify(value)}\n`) }
}

async function* secretsOf(snapshot: StoreSnapshot): AsyncIterable<LineRecords['secret']> {
  for (const name of SECRETS) {
    const bytes = await snapshot.secret(name)
    if (bytes) yield { name, base64: Buffer.from(bytes).toString('base64') }
  }
}

async function* lasting<T extends { readonly expiresAt: number }>(
  records: AsyncIterable<T>,
  now: number,
): AsyncIterable<T> {
  for await (const record of records) if (record.expiresAt > now) yield record
}

async function* documentParts(snapshot: StoreSnapshot, count: Count): AsyncIterable<BackupPart> {
  let number = 0
  for await (const document of snapshot.documents()) {
    yield* partsOfDocument(++number, document)
    count('document')
  }
}

async function* lineParts<Kind extends LineKind>(
  kind: Kind,
  records: AsyncIterable<LineRecords[Kind]>,
  count: Count,
): AsyncIterable<BackupPart> {
  let [lines, number] = ['', 0]
  const part = () => ({
    name: `${kind}/${String(++number).padStart(6, '0')}.jsonl`,
    bytes: Buffer.from(lines),
  })
  for await (const record of records) {
    lines += `${JSON.stringify(record)}\n`
    count(kind)
    if (lines.length < PART_LENGTH) continue
    yield part()
    lines = ''
  }
  if (lines !== '') yield part()
}
