/** Backup reader: the parts of a tar that the backup writer made, checked to the last, and the records in them. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import {
  BACKUP_FORMAT,
  backupEnd,
  backupHead,
  createBackupChecksum,
  END,
  HEAD,
  type BackupHead,
  type BackupPart,
  type BackupRecord,
} from './backup-format.ts'
import { documentOfParts, folderOf, isOfDocument } from './document-parts.ts'

/** Bytes of a part: a document with its image is far smaller. */
const LARGEST_PART = 64 * 2 ** 20

/** Every part, from a file that may be compressed by gzip. Rejects with an Error when it is no tar. */
export async function* partsInFile(file: string): AsyncIterable<BackupPart> {
  yield* partsIn(await tarInFile(file))
}

/** What stands in the file, decompressed. An error of it is one of what is given. */
export async function tarInFile(file: string): Promise<Readable> {
  const isGzip = await isCompressed(file)
  const bytes = createReadStream(file)
  if (!isGzip) return bytes
  const tar = createGunzip()
  // Whoever reads the tar is told.
  pipeline(bytes, tar).catch(() => undefined)
  return tar
}

export async function* partsIn(bytes: Readable): AsyncIterable<BackupPart> {
  const tar = extract()
  const reading = pipeline(bytes, tar as unknown as NodeJS.WritableStream)
  // Told to whoever asks for the next part.
  reading.catch(() => undefined)
  for await (const entry of tar) {
    const { name } = entry.header
    yield { name, bytes: await bytesOf(entry.header, entry as unknown as AsyncIterable<Buffer>) }
  }
  await reading
}

async function bytesOf({ name, size }: Header, entry: AsyncIterable<Buffer>): Promise<Buffer> {
  if (size > LARGEST_PART) throw new Error(`${name} is too large for a part of a backup`)
  const pieces: Buffer[] = []
  for await (const piece of entry) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function isCompressed(file: string): Promise<boolean> {
  const handle = await open(file, 'r')
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return buffer.readUInt16BE() === 0x1f8b
  } finally {
    await handle.close()
  }
}

export interface VerifiedBackup {
  readonly head: BackupHead
  /** By kind. */
  readonly records: Readonly<Record<string, number>>
}

/**
 * Reads everything once. Rejects with an Error that says why it is no whole backup.
 * `progress`: told of the head, then of every document.
 */
export async function verifyBackup(
  parts: AsyncIterable<BackupPart>,
  progress: (at: BackupHead | 'document') => void,
): Promise<VerifiedBackup> {
  const checked = checkedParts(parts)
  for (;;) {
    const { done, value } = await checked.next()
    if (done === true) return value
    if (value.name === HEAD) progress(headOf(value))
    if (value.name.endsWith('/document.json')) progress('document')
  }
}

/** The parts as they come; after the last, what was proven. Rejects with an Error that says why it is no whole backup. */
export async function* checkedParts(
  parts: AsyncIterable<BackupPart>,
): AsyncGenerator<BackupPart, VerifiedBackup> {
  const checksum = createBackupChecksum()
  let head: BackupHead | undefined
  let count = 0
  try {
    for await (const part of parts) {
      if (part.name === END) {
        return { head: must(head), ...checkEnd(part, count, checksum.digest()) }
      }
      head ??= headOf(part)
      checksum.add(part)
      count++
      yield part
    }
  } catch (error) {
    throw readingError(error, head !== undefined)
  }
  throw new Error(head ? CUT_OFF : NO_BACKUP)
}

/** What is no tar, or no gzip, is told by the libraries in words of their own. */
function readingError(error: unknown, hasBegun: boolean): unknown {
  const { message, code } = error as NodeJS.ErrnoException
  const isOfForm = code?.startsWith('Z_') === true || /^(Unexpected end|Invalid tar)/.test(message)
  if (!isOfForm) return error
  return new Error(hasBegun ? DAMAGED : NO_BACKUP, { cause: error })
}

const CUT_OFF = 'the backup is cut off: its end is missing'
const DAMAGED = 'the backup is damaged or cut off'

const NO_BACKUP = 'it is no backup of Visage'

function must(head: BackupHead | undefined): BackupHead {
  if (!head) throw new Error(NO_BACKUP)
  return head
}

function headOf(part: BackupPart): BackupHead {
  const head = part.name === HEAD ? backupHead.safeParse(jsonOf(part)) : undefined
  if (!head?.success) throw new Error(NO_BACKUP)
  const { format, visage } = head.data
  if (format > BACKUP_FORMAT) {
    throw new Error(
      `the backup has format ${format}, written by a newer Visage (${visage}); this one reads format ${BACKUP_FORMAT}`,
    )
  }
  return head.data
}

function checkEnd(part: BackupPart, parts: number, sha256: string) {
  const end = backupEnd.safeParse(jsonOf(part))
  if (!end.success || end.data.parts !== parts || end.data.sha256 !== sha256) {
    throw new Error('the backup is damaged: its checksum is not that of its content')
  }
  return { records: end.data.records }
}

function jsonOf({ bytes }: BackupPart): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

/** The records of a backup's parts. Throws an Error on parts that no backup has. */
export async function* recordsIn(parts: AsyncIterable<BackupPart>): AsyncIterable<BackupRecord> {
  let document: BackupPart[] = []
  for await (const part of parts) {
    const [first] = document
    if (first && (!isOfDocument(part) || folderOf(part) !== folderOf(first))) {
      yield { kind: 'document', record: documentOfParts(document) }
      document = []
    }
    if (isOfDocument(part)) document.push(part)
    else if (part.name.endsWith('.jsonl')) yield* recordsInLines(part)
  }
  if (document.length > 0) yield { kind: 'document', record: documentOfParts(document) }
}

function* recordsInLines({ name, bytes }: BackupPart): Iterable<BackupRecord> {
  const kind = name.slice(0, name.indexOf('/'))
  for (const line of Buffer.from(bytes).toString('utf8').split('\n')) {
    if (line !== '') yield { kind, record: JSON.parse(line) as unknown } as BackupRecord
  }
}
