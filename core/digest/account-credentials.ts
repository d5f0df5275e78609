/** Everything that is kept of a password: one hash per spelling of the username and algorithm. RFC 7616 §3.4.2. */
import type { DigestAlgorithm, HashFunctions } from './digest-algorithm.ts'
import { ha1 } from './digest-response.ts'

interface AccountCredential {
  readonly username: string
  readonly realm: string
  readonly algorithm: DigestAlgorithm
  readonly ha1: string
}

/** `usernames`: every spelling a client may sign in with, as `alice` and `alice@example.com`. */
export function ha1Credentials(input: {
  usernames: readonly string[]
  realm: string
  password: string
  algorithms: readonly DigestAlgorithm[]
  hashes: HashFunctions
}): AccountCredential[] {
  const { usernames, realm, password, algorithms, hashes } = input
  return usernames.flatMap((username) =>
    algorithms.map((algorithm) => ({
      username,
      realm,
      algorithm,
      ha1: ha1(hashes[algorithm], { username, realm, password }),
    })),
  )
}
