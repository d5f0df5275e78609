/** The messages between a member and the owner of the store: a batch of entries each, as JSON, or as V8 writes them where octets are among them. */
import { deserialize, serialize } from 'node:v8'
import type { Change } from '../../model/change-feed.ts'
import type { SharedChange } from '../../model/shared-event-state.ts'
import type { Failure } from './failure.ts'
import type { StoreOperations, StoreStreams } from './store-operations.ts'

/** From a member: an operation, a stream to be begun, the next piece of it, its end before the last. */
export type Question =
  | readonly ['call', number, keyof StoreOperations, readonly unknown[]]
  | readonly ['stream', number, keyof StoreStreams, readonly unknown[]]
  | readonly ['next', number]
  | readonly ['end', number]

/** From the owner. `items` with false: there are more. */
export type Answer =
  | readonly ['result', number, unknown?]
  | readonly ['failure', number, Failure]
  | readonly ['items', number, readonly unknown[], boolean]
  | readonly ['change', Change]
  | readonly ['shared', SharedChange]

const JSON_MARK = 0x4a
const V8_MARK = 0x56
const MARKS = { json: Buffer.of(JSON_MARK), v8: Buffer.of(V8_MARK) }

/** JSON costs half of what V8's own format does, and most entries have no octets. */
export function encodeBatch(entries: readonly unknown[], withOctets: boolean): Buffer {
  if (withOctets) return Buffer.concat([MARKS.v8, serialize(entries)])
  const text = JSON.stringify(entries)
  const message = Buffer.allocUnsafe(1 + Buffer.byteLength(text))
  message[0] = JSON_MARK
  message.write(text, 1)
  return message
}

/** Whoever sent it is a process of this service, of the same version. */
export function decodeBatch(message: Buffer): readonly unknown[] {
  const content = message.subarray(1)
  if (message[0] === JSON_MARK) return JSON.parse(content.toString()) as unknown[]
  // V8 gives octets as views: these must outlive the message.
  return deserialize(Buffer.from(content)) as unknown[]
}
