/** Digest credentials of one person, with the hashes that a browser can have too. RFC 7616 §3.4. */
import * as digest from '../core/digest/digest-credentials.ts'
import { clientHashes } from './hashes.ts'

export type DigestCredentials = digest.DigestCredentials

export function createDigestCredentials(account: {
  username: string
  password: string
}): DigestCredentials {
  return digest.createDigestCredentials({ ...account, hashes: clientHashes })
}
