/** Sessions of browsers: opened for who has signed in, known again by their token, prolonged by use. */
import { ha1Credentials } from '../core/digest/account-credentials.ts'
import { nodeHashes } from '../core/digest/node-hashes.ts'
import type { Account, Credential, DigestAlgorithm } from '../core/model/account.ts'
import type { BrowserSession } from '../core/model/browser-session.ts'
import type { Clock } from '../core/model/clock.ts'
import type { MaybePromise } from '../core/model/maybe-promise.ts'
import type { AccountStore, SessionStore } from '../core/model/stores.ts'
import { ServiceUnavailable } from './http-errors.ts'
import { newToken, sessionId, sipPasswordOf } from './session-token.ts'

/** Seconds that a session lasts from when it was used last. */
export interface SessionLifetimes {
  /** While the browser is open. */
  readonly lifetime: number
  readonly remembered: number
}

export interface OpenSession {
  readonly token: string
  readonly session: BrowserSession
}

export interface Sessions {
  /** Rejects with `ServiceUnavailable` when there are too many, or the account is another by now. */
  open(account: Account, remembered: boolean): Promise<OpenSession>
  find(token: string): MaybePromise<BrowserSession | undefined>
  /** Undefined: it was over before. */
  prolong(present: OpenSession): Promise<OpenSession | undefined>
  end(token: string): Promise<void>
}

/** Whatever the configuration comes to offer. */
const ALGORITHMS: readonly DigestAlgorithm[] = ['MD5', 'SHA-256', 'SHA-512-256']

export function createSessions({
  accounts,
  sessions,
  session: lifetimes,
  clock,
}: {
  accounts: Pick<AccountStore, 'find'>
  sessions: SessionStore
  session: SessionLifetimes
  clock: Clock
}): Sessions {
  const expiry = (remembered: boolean) =>
    clock.now() + 1000 * (remembered ? lifetimes.remembered : lifetimes.lifetime)
  return {
    async open(account, remembered) {
      const token = newToken()
      const session = {
        id: sessionId(token),
        aor: account.aor,
        created: clock.now(),
        expires: expiry(remembered),
        remembered,
        credentials: credentialsFor(account, sipPasswordOf(token)),
      }
      if ((await sessions.add(session)) !== 'stored') throw tooMany()
      // Another password and suspension ended the sessions of before: one that began in that moment goes, too.
      if (maySignIn(await accounts.find(account.aor), account)) return { token, session }
      await sessions.remove(session.id)
      throw new ServiceUnavailable({ phrase: 'The account was just changed; try again.' })
    },
    find: (token) => sessions.find(sessionId(token)),
    async prolong({ token, session: { id, remembered } }) {
      const session = await sessions.prolong(id, expiry(remembered))
      return session && { token, session }
    },
    async end(token) {
      await sessions.remove(sessionId(token))
    },
  }
}

function tooMany(): ServiceUnavailable {
  return new ServiceUnavailable({
    phrase: 'Too many browsers are signed in; try again later.',
  })
}

function maySignIn(present: Account | undefined, { credentials }: Account): boolean {
  if (present?.suspended) return false
  return JSON.stringify(present?.credentials) === JSON.stringify(credentials)
}

/** One for every name that the account signs in by. RFC 7616 §3.4.2 */
function credentialsFor({ credentials }: Account, password: string): Credential[] {
  const realms = new Set(credentials.map(({ realm }) => realm))
  return [...realms].flatMap((realm) => {
    const own = credentials.filter((one) => one.realm === realm)
    const usernames = [...new Set(own.map(({ username }) => username))]
    return ha1Credentials({
      ...{ usernames, realm, password, algorithms: ALGORITHMS },
      hashes: nodeHashes,
    })
  })
}
