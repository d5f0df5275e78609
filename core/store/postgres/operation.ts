/** Operation: the name under which the change log remembers that a transaction was done. */
import { randomBytes } from 'node:crypto'

declare const brand: unique symbol
/** A UUID of version 7: names that are made one after the other lie side by side in the index. RFC 9562 §5.7. */
export type Operation = string & { readonly [brand]: 'Operation' }

export function newOperation(): Operation {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [
    ...[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16)],
    ...[hex.slice(16, 20), hex.slice(20)],
  ].join('-') as Operation
}
