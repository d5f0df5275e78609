/** The one authenticator that HTTP and SIP share: a nonce of either is known to both. RFC 7616. */
import {
  createDigestAuthenticator,
  type DigestAuthenticator,
} from '../core/digest/digest-authenticator.ts'
import { hmacSha256, nodeHashes } from '../core/digest/node-hashes.ts'
import type { Account } from '../core/model/account.ts'
import { createFindCredential } from './find-credential.ts'
import type { Ground } from './ground.ts'

export async function createAuthenticator({
  configuration,
  store,
  clock,
}: Ground): Promise<DigestAuthenticator<Account>> {
  return createDigestAuthenticator({
    hashes: nodeHashes,
    sign: hmacSha256(await store.secrets.secret('digest-nonce')),
    clock,
    algorithms: configuration.sip.digestAlgorithms,
    findCredential: createFindCredential(store),
  })
}
