/** Credentials of a foreign subscriber: the hashes that its table has, or all that its password gives. RFC 7616 §3.4.2. */
import { ha1 } from '../../core/digest/digest-response.ts'
import { nodeHashes } from '../../core/digest/node-hashes.ts'
import type { Credential, DigestAlgorithm } from '../../core/model/account.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { credentialsOf, foreignCredential } from '../account-credentials.ts'
import { AccountProblem } from '../account-problem.ts'
import type { SubscriberRow } from '../account-requests.ts'

/** `domainRealm`: where the row names none. Throws AccountProblem. */
export function subscriberCredentials(
  aor: Aor,
  row: SubscriberRow,
  domainRealm: string,
): readonly Credential[] {
  const realm = row.realm ?? domainRealm
  const hashes = hashesOf(row, realm)
  const { password } = row
  if (password !== undefined && (hashes.length === 0 || isOf(password, hashes))) {
    return credentialsOf(aor, { password }, realm)
  }
  if (hashes.length === 0) throw new AccountProblem('no ha1 and no password')
  return hashes
}

function hashesOf(row: SubscriberRow, realm: string): Credential[] {
  const { username, domain } = row
  const hashes: [string, string | undefined, DigestAlgorithm | undefined][] = [
    [username, row.ha1, undefined],
    [`${username}@${domain}`, row.ha1b, undefined],
    [username, row.ha1Sha256, 'SHA-256'],
    [username, row.ha1Sha512t256, 'SHA-512-256'],
  ]
  return hashes.flatMap(([name, hash, algorithm]) => {
    if (hash === undefined) return []
    const credential = foreignCredential(name, realm, hash)
    if (algorithm !== undefined && credential.algorithm === 'MD5') {
      throw new AccountProblem(`the ${algorithm} hash is not 64 hexadecimal digits`)
    }
    return [{ ...credential, ...(algorithm !== undefined && { algorithm }) }]
  })
}

/** A password beside a hash may be older than it: it counts when the hash is of it. */
function isOf(password: string, [hash]: readonly Credential[]): boolean {
  if (!hash) return false
  const { username, realm, algorithm } = hash
  return ha1(nodeHashes[algorithm], { username, realm, password }) === hash.ha1
}
