/** The hashes that are stored for an account: every algorithm that may be offered, both spellings of the username. */
import { ha1Credentials } from '../core/digest/account-credentials.ts'
import { nodeHashes } from '../core/digest/node-hashes.ts'
import type { Credential, DigestAlgorithm } from '../core/model/account.ts'
import { aorDomain, aorUser, type Aor } from '../core/uri/aor.ts'
import { AccountProblem } from './account-problem.ts'
import type { Secret } from './account-requests.ts'

const ALGORITHMS: readonly DigestAlgorithm[] = ['MD5', 'SHA-256', 'SHA-512-256']

/** `realm`: of the account's domain, where the secret names none. */
export function credentialsOf(aor: Aor, secret: Secret, realm: string): Credential[] {
  const inRealm = secret.realm ?? realm
  const username = unescaped(aorUser(aor))
  if (secret.ha1 !== undefined) return [foreignCredential(username, inRealm, secret.ha1)]
  if (secret.password === undefined) throw new AccountProblem('a password or its hash is needed')
  return ha1Credentials({
    usernames: [username, `${username}@${aorDomain(aor)}`],
    realm: inRealm,
    password: secret.password,
    algorithms: ALGORITHMS,
    hashes: nodeHashes,
  })
}

/** A hash that was made elsewhere serves one spelling and one algorithm: its length tells which. */
export function foreignCredential(username: string, realm: string, hash: string): Credential {
  const ha1 = hash.trim().toLowerCase()
  if (!/^([0-9a-f]{32}|[0-9a-f]{64})$/.test(ha1)) {
    throw new AccountProblem('the hash is not 32 (MD5) or 64 (SHA-256) hexadecimal digits')
  }
  return { username, realm, algorithm: ha1.length === 32 ? 'MD5' : 'SHA-256', ha1 }
}

function unescaped(user: string): string {
  try {
    return decodeURIComponent(user)
  } catch {
    return user
  }
}
