/** An array of struct mmsghdr over one buffer, as recvmmsg(2) and sendmmsg(2) take it. */
import type { SystemCalls } from './system-calls.ts'

const HEADER_BYTES = 64
const IOV_AT = 16
const IOV_COUNT_AT = 24
const LENGTH_AT = 56
const IOVEC_BYTES = 16

export interface MessageVector {
  /** The array itself. */
  readonly headers: Buffer
  /** What the messages hold. */
  readonly bytes: Buffer
  /** From the message on. */
  from(message: number): Buffer
  /** Where in `bytes` a message lies. */
  place(message: number, start: number, length: number): void
  /** As the system has set it. */
  received(message: number): number
}

export function createMessageVector(
  { address }: SystemCalls,
  messages: number,
  size: number,
): MessageVector {
  const bytes = Buffer.allocUnsafeSlow(size)
  const headers = Buffer.allocUnsafeSlow(messages * HEADER_BYTES).fill(0)
  const iovecs = Buffer.allocUnsafeSlow(messages * IOVEC_BYTES)
  const [base, firstIovec] = [address(bytes), address(iovecs)]
  const views = Array.from({ length: messages }, (_, message) => {
    const header = message * HEADER_BYTES
    headers.writeBigUInt64LE(firstIovec + BigInt(message * IOVEC_BYTES), header + IOV_AT)
    headers.writeBigUInt64LE(1n, header + IOV_COUNT_AT)
    return headers.subarray(header)
  })
  return {
    headers,
    bytes,
    from: (message) => views[message]!,
    place(message, start, length) {
      iovecs.writeBigUInt64LE(base + BigInt(start), message * IOVEC_BYTES)
      iovecs.writeUInt32LE(length, message * IOVEC_BYTES + 8)
      iovecs.writeUInt32LE(0, message * IOVEC_BYTES + 12)
    },
    received: (message) => headers.readUInt32LE(message * HEADER_BYTES + LENGTH_AT),
  }
}
