/** The hashes of Digest and of signed names, as Node has them. For servers; clients bring their own. */
import { createHmac, hash } from 'node:crypto'
import type { HashFunctions } from './digest-algorithm.ts'

export const nodeHashes: HashFunctions = {
  MD5: (byteText) => hash('md5', Buffer.from(byteText, 'latin1'), 'hex'),
  'SHA-256': (byteText) => hash('sha256', Buffer.from(byteText, 'latin1'), 'hex'),
  'SHA-512-256': (byteText) => hash('sha512-256', Buffer.from(byteText, 'latin1'), 'hex'),
}

/** A keyed hash of 32 bytes that only the holder of the key can make. RFC 2104. */
export type KeyedHash = (text: string) => Uint8Array

export function hmacSha256(key: Uint8Array): KeyedHash {
  return (text) => createHmac('sha256', key).update(text).digest()
}
