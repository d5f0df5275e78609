/** Sessions for browsers at `/session`: sign in, ask, sign out. RFC 6265, RFC 7616. */
import { whenReady } from '../core/model/maybe-promise.ts'
import type { Domains } from '../core/model/domain.ts'
import type { AccountStore } from '../core/model/stores.ts'
import type { Handle } from './answer.ts'
import type { ErrorReply } from './error-replies.ts'
import { clientUsesTls, type IsTrusted } from './forwarded.ts'
import { NotFound } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import type { Reply } from './reply.ts'
import type { SiteOf } from './request-site.ts'
import type { Resource } from './resources.ts'
import { cookieField, endedCookieField } from './session-cookie.ts'
import { fromAnotherSite, type FindSession } from './session-finder.ts'
import {
  createSessionErrors,
  noSessionReply,
  sessionReply,
  type SessionPlaces,
} from './session-replies.ts'
import { readSessionRequest } from './session-request.ts'
import type { SessionSignIn } from './session-sign-in.ts'
import type { OpenSession, SessionLifetimes, Sessions } from './sessions.ts'

const PATH = '/session'

export function createSessionResource({
  sessions,
  lifetimes,
  findSession,
  signIn,
  siteOf,
  accounts,
  trustProxy,
  errorReply,
  ...places
}: SessionPlaces & {
  sessions: Sessions
  lifetimes: SessionLifetimes
  findSession: FindSession
  signIn: SessionSignIn
  siteOf: SiteOf
  accounts: AccountStore
  domains: Domains
  trustProxy: IsTrusted
  errorReply: ErrorReply
}): Resource {
  async function tell(present: OpenSession): Promise<Reply> {
    const account = await accounts.find(present.session.aor)
    return account ? sessionReply(present, account, places) : noSessionReply()
  }

  async function tellWithCookie(request: HttpRequest, present: OpenSession): Promise<Reply> {
    const reply = await tell(present)
    const way = { secure: clientUsesTls(request, trustProxy) }
    const { remembered } = present.session
    const kept = remembered ? { ...way, maxAge: Math.round(lifetimes.remembered) } : way
    return {
      ...reply,
      headers: { ...reply.headers, 'Set-Cookie': cookieField(present.token, kept) },
    }
  }

  const post: Handle = async (request) => {
    const wanted = await readSessionRequest(request)
    const proves = request.headers.authorization !== undefined || wanted.password !== undefined
    // A program that proves who it is need not say that it is no page.
    const byCookie = !proves || siteOf(request) === 'own'
    const present = byCookie ? await findSession(request) : undefined
    const prolonged = present && !proves ? await sessions.prolong(present) : undefined
    if (prolonged) return tellWithCookie(request, prolonged)
    const account = await signIn(request, wanted)
    // The new cookie takes the old one's place: nobody would ever end its session.
    if (present) await sessions.end(present.token)
    return tellWithCookie(request, await sessions.open(account, wanted.remember))
  }

  const get: Handle = (request) =>
    whenReady(findSession(request), (present) => (present ? tell(present) : noSessionReply()))

  const end: Handle = async (request) => {
    const present = await findSession(request)
    if (present) await sessions.end(present.token)
    const way = { secure: clientUsesTls(request, trustProxy) }
    return noSessionReply({ 'Set-Cookie': endedCookieField(way) })
  }

  const forOwnPages =
    (handle: Handle): Handle =>
    (request) => {
      if (request.path !== PATH) throw new NotFound()
      // Nobody is signed in, or asked about, by another site's page: not even as somebody else.
      if (siteOf(request) === 'foreign') throw fromAnotherSite()
      return handle(request)
    }

  return {
    path: PATH,
    methods: { POST: forOwnPages(post), GET: forOwnPages(get), DELETE: forOwnPages(end) },
    errorReply: createSessionErrors(errorReply),
  }
}
