/** The hashes of Digest where there is no node:crypto. RFC 7616 §3.3, RFC 8760 §2.1. */
import { md5 } from '@noble/hashes/legacy.js'
import { sha256, sha512_256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { HashFunctions } from '../core/digest/digest-algorithm.ts'

export const clientHashes: HashFunctions = {
  MD5: (byteText) => bytesToHex(md5(bytesOf(byteText))),
  'SHA-256': (byteText) => bytesToHex(sha256(bytesOf(byteText))),
  'SHA-512-256': (byteText) => bytesToHex(sha512_256(bytesOf(byteText))),
}

function bytesOf(byteText: string): Uint8Array {
  return Uint8Array.from(byteText, (character) => character.charCodeAt(0))
}
