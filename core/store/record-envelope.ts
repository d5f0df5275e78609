/** Record: the value under one key, sealed with a format version and a checksum. */
import { crc32 } from 'node:zlib'
import { RecordUnreadable } from './record-unreadable.ts'

/** Another one where a record could be misread by an older Visage. */
const PLAIN_FORMAT = 1
/** A list of values in place of an object. */
export const LIST_FORMAT = 2
const NEWEST_FORMAT = LIST_FORMAT

/** Format version (1 byte), CRC-32 of what follows (4 bytes, little endian). */
const HEAD_BYTES = 5

/** The parts follow each other in the record; texts are written as UTF-8. */
export function sealRecord(...parts: readonly (string | Uint8Array)[]): Buffer {
  return sealRecordAs(PLAIN_FORMAT, parts)
}

export function sealRecordAs(format: number, parts: readonly (string | Uint8Array)[]): Buffer {
  let size = HEAD_BYTES
  for (const part of parts) size += Buffer.byteLength(part)
  const record = Buffer.allocUnsafe(size)
  let end = HEAD_BYTES
  for (const part of parts) {
    if (typeof part === 'string') end += record.write(part, end, 'utf8')
    else {
      record.set(part, end)
      end += part.length
    }
  }
  record[0] = format
  record.writeUInt32LE(crc32(record.subarray(HEAD_BYTES)), 1)
  return record
}

/** Throws RecordUnreadable; `key` is for its message. */
export function openRecord(key: string, record: Buffer): Buffer {
  const format = record[0] ?? 0
  if (format > NEWEST_FORMAT) throw new RecordUnreadable(key, `its format ${format} is newer`)
  const payload = record.subarray(HEAD_BYTES)
  if (record.length < HEAD_BYTES || record.readUInt32LE(1) !== crc32(payload)) {
    throw new RecordUnreadable(key, 'it is damaged')
  }
  return payload
}

export function sealJson(value: unknown): Buffer {
  return sealRecord(JSON.stringify(value))
}

/** The checksum proves that the value is one that `sealJson` was given: the caller knows its type by the key. */
export function openJson(key: string, record: Buffer): unknown {
  return JSON.parse(openRecord(key, record).toString('utf8'))
}
