/** Asks the service for a session, prolongs it and ends it: `/session`, with Digest so that no password is sent. RFC 7616. */
import { createDigestCredentials } from '../../client/digest-credentials.ts'
import { createHttpExchange, type HttpAnswer } from '../../client/http-exchange.ts'
import { parseAor } from '../../client/index.ts'
import { answeringChallenges, withCookies, type Fetch } from './challenged-fetch.ts'
import { readSession, type Session } from './session.ts'
import { signInFailure, SignInFailure, UNREACHABLE } from './sign-in-failure.ts'

export interface SignIn {
  /** As typed. */
  readonly address: string
  readonly password: string
  /** Keep the session when the browser is closed. */
  readonly remember: boolean
}

export interface SessionService {
  /** Rejects with a SignInFailure. */
  signIn(wanted: SignIn): Promise<Session>
  /** The session whose cookie this browser holds. Rejects when the service does not answer. */
  restore(): Promise<Session | undefined>
  /** The same, for longer. Undefined: it is over. Rejects when the service does not answer. */
  prolong(): Promise<Session | undefined>
  /** Rejects when the service does not answer. */
  end(): Promise<void>
}

export function createSessionService({
  page,
  fetch,
  now = Date.now,
}: {
  /** URL of the page. */
  page: string
  fetch: Fetch
  now?: () => number
}): SessionService {
  const url = new URL('/session', page).href

  function sessionIn({ headers, body }: HttpAnswer): Session | undefined {
    const date = Date.parse(headers.get('date') ?? '')
    const serverTime = Number.isNaN(date) ? {} : { serverTime: date }
    return readSession(parsed(body), { page, now: now(), ...serverTime })
  }

  async function ofCookie(method: 'GET' | 'POST'): Promise<Session | undefined> {
    const answer = await createHttpExchange({ fetch: withCookies(fetch) }).send({ method, url })
    if (answer.status === 200) return sessionIn(answer)
    if (answer.status === 204 || answer.status === 401) return undefined
    throw signInFailure(answer.status)
  }

  return {
    signIn: async (wanted) => {
      const answer = await sendSignIn({ url, fetch, wanted })
      const session = answer.status === 200 ? sessionIn(answer) : undefined
      if (!session) throw signInFailure(answer.status)
      return session
    },
    restore: () => ofCookie('GET'),
    prolong: () => ofCookie('POST'),
    end: async () => {
      await createHttpExchange({ fetch: withCookies(fetch) }).send({ method: 'DELETE', url })
    },
  }
}

async function sendSignIn({
  url,
  fetch,
  wanted: { address, password, remember },
}: {
  url: string
  fetch: Fetch
  wanted: SignIn
}): Promise<HttpAnswer> {
  const account = parseAor(address.trim())
  if (!account?.startsWith('sip:')) {
    throw new SignInFailure('Write your address like alice@example.com.', 'address')
  }
  if (password === '') throw new SignInFailure('Type your password.', 'password')
  // What comes with a proxy's table of accounts has this spelling only.
  const username = account.slice(4, account.lastIndexOf('@'))
  const credentials = createDigestCredentials({ username, password })
  const exchange = createHttpExchange({ credentials, fetch: answeringChallenges(fetch) })
  const body = new TextEncoder().encode(JSON.stringify({ address: account, remember }))
  const headers = { 'Content-Type': 'application/json' }
  try {
    return await exchange.send({ method: 'POST', url, headers, body })
  } catch (error) {
    throw new SignInFailure(UNREACHABLE, undefined, error)
  }
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}
