/** An authenticator with two accounts, and clients that answer it rightly or wrongly. */
import assert from 'node:assert/strict'
import type {
  AuthenticationOutcome,
  AuthenticationRequest,
} from '../../core/digest/authentication.ts'
import { ha1Credentials } from '../../core/digest/account-credentials.ts'
import { serializeAuthorization } from '../../core/digest/authorization.ts'
import { parseChallenges } from '../../core/digest/challenge.ts'
import type { DigestAlgorithm } from '../../core/digest/digest-algorithm.ts'
import { createDigestAuthenticator } from '../../core/digest/digest-authenticator.ts'
import { digestResponse, ha1 } from '../../core/digest/digest-response.ts'
import { hmacSha256, nodeHashes } from '../../core/digest/node-hashes.ts'
import { createManualClock } from '../support/manual-clock.ts'

export const REALM = 'example.com'
export const KEY = new Uint8Array(32).fill(7)
export const START = Date.UTC(2026, 0, 1)

interface SetUp {
  algorithms?: readonly DigestAlgorithm[]
  stored?: readonly DigestAlgorithm[]
  key?: Uint8Array
  maxNonces?: number
  slowStore?: boolean
  /** Passwords that stand for the account's own; asked for each time anew. */
  further?: () => readonly string[]
}

export function setUp({
  algorithms = ['MD5'],
  stored = algorithms,
  key = KEY,
  ...options
}: SetUp = {}) {
  const clock = createManualClock(START)
  const credentials = ha1Credentials({
    usernames: ['alice', 'jäsøn'],
    realm: REALM,
    password: 'wonderland',
    algorithms: stored,
    hashes: nodeHashes,
  })
  const find = (realm: string, username: string, algorithm: DigestAlgorithm) => {
    const found = credentials.find(
      (one) => one.realm === realm && one.username === username && one.algorithm === algorithm,
    )
    if (!found && !options.further) return undefined
    const account = `sip:${username}@${realm}`
    const hash = (password: string) => ha1(nodeHashes[algorithm], { username, realm, password })
    const further = options.further && (() => options.further?.().map(hash) ?? [])
    return { account, ...(found && { ha1: found.ha1 }), ...(further && { further }) }
  }
  const authenticator = createDigestAuthenticator({
    hashes: nodeHashes,
    sign: hmacSha256(key),
    clock,
    algorithms,
    ...(options.maxNonces === undefined ? {} : { maxNonces: options.maxNonces }),
    findCredential: options.slowStore
      ? (...names) => Promise.resolve(find(...names))
      : (...names) => find(...names),
  })
  const authenticateLater = (request: Partial<AuthenticationRequest>) =>
    authenticator.authenticate({
      authorization: undefined,
      method: 'GET',
      realm: REALM,
      acceptsUri: (uri) => uri === '/icon',
      source: '192.0.2.1',
      ...request,
    })
  const authenticate = (request: Partial<AuthenticationRequest>) => {
    const outcome = authenticateLater(request)
    assert.ok(!(outcome instanceof Promise), 'a store at hand is answered at once')
    return outcome
  }
  const challenge = () => {
    const [first] = challengesOf(authenticate({}))
    assert.ok(first)
    return first
  }
  return { clock, authenticate, authenticateLater, challenge }
}

export function refusal<A>(outcome: AuthenticationOutcome<A>) {
  assert.ok(!outcome.ok)
  return outcome
}

export function challengesOf<A>(outcome: AuthenticationOutcome<A>) {
  return refusal(outcome).challenge.flatMap((text) => parseChallenges(text))
}

export interface Answer {
  nonce: string
  algorithm?: DigestAlgorithm
  nc?: number
  username?: string
  password?: string
  realm?: string
  uri?: string
  qop?: string | undefined
}

export function answer(given: Answer): string {
  const { nonce, nc = 1, username = 'alice', password = 'wonderland', uri = '/icon' } = given
  const algorithm = given.algorithm ?? 'MD5'
  const realm = given.realm ?? REALM
  const qop = 'qop' in given ? given.qop : 'auth'
  const hash = nodeHashes[algorithm]
  const counted = { qop: qop ?? '', nc: nc.toString(16).padStart(8, '0'), cnonce: 'c0ffee' }
  const protection = qop === undefined ? {} : { protection: counted }
  const proof = ha1(hash, { username, realm, password })
  const response = digestResponse(hash, { ha1: proof, method: 'GET', uri, nonce, ...protection })
  const name = Buffer.from(username).toString('latin1')
  return serializeAuthorization({
    username: name,
    realm,
    nonce,
    uri,
    response,
    algorithm,
    ...protection,
  })
}
