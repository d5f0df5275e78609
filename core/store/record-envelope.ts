/** Record: the value under one key, sealed with a format version and a checksum. */
import { crc32 } from 'node:zlib'
import { RecordUnreadable } from './record-unreadable.ts'

/** Raised when a record could be misread by an older Visage. */
const RECORD_FORMAT = 1

/** Format version (1 byte), CRC-32 of what follows (4 bytes, little endian). */
const HEAD_BYTES = 5

export function sealRecord(payload: string | Uint8Array): Buffer {
  const size = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length
  const record = Buffer.allocUnsafe(HEAD_BYTES + size)
  if (typeof payload === 'string') record.write(payload, HEAD_BYTES, 'utf8')
  else record.set(payload, HEAD_BYTES)
  record[0] = RECORD_FORMAT
  record.writeUInt32LE(crc32(record.subarray(HEAD_BYTES)), 1)
  return record
}

/** Throws RecordUnreadable; `key` is for its message. */
export function openRecord(key: string, record: Buffer): Buffer {
  const format = record[0] ?? 0
  if (format > RECORD_FORMAT) throw new RecordUnreadable(key, `its format ${format} is newer`)
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
