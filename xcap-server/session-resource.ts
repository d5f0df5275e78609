/** Sessions for browsers at `/session`: sign in, ask, sign out. RFC 6265, RFC 7616. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
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

interface SessionResourceParts extends SessionPlaces {
  readonly sessions: Sessions
  readonly lifetimes: SessionLifetimes
  readonly findSession: FindSession
  readonly signIn: SessionSignIn
  readonly siteOf: SiteOf
  readonly accounts: AccountStore
  readonly domains: Domains
  readonly trustProxy: IsTrusted
  readonly errorReply: ErrorReply
}

type SessionHandle = (request: HttpRequest, parts: SessionResourceParts) => MaybePromise<Reply>

export function createSessionResource(parts: SessionResourceParts): Resource {
  const forOwnPages =
    (handle: SessionHandle): Handle =>
    (request) => {
      if (request.path !== PATH) throw new NotFound()
      // Nobody is signed in, or asked about, by another site's page: not even as somebody else.
      if (parts.siteOf(request) === 'foreign') throw fromAnotherSite()
      return handle(request, parts)
    }
  return {
    path: PATH,
    methods: { POST: forOwnPages(begin), GET: forOwnPages(ask), DELETE: forOwnPages(end) },
    errorReply: createSessionErrors(parts.errorReply),
  }
}

/** Signs in; who is signed in already, and proves nothing else, stays so for longer. */
const begin: SessionHandle = async (request, parts) => {
  const { sessions, findSession, signIn, siteOf } = parts
  const wanted = await readSessionRequest(request)
  const proves = request.headers.authorization !== undefined || wanted.password !== undefined
  // A program that proves who it is need not say that it is no page.
  const byCookie = !proves || siteOf(request) === 'own'
  const present = byCookie ? await findSession(request) : undefined
  const prolonged = present && !proves ? await sessions.prolong(present) : undefined
  if (prolonged) return tellWithCookie(request, prolonged, parts)
  const account = await signIn(request, wanted)
  // The new cookie takes the old one's place: nobody would ever end its session.
  if (present) await sessions.end(present.token)
  return tellWithCookie(request, await sessions.open(account, wanted.remember), parts)
}

const ask: SessionHandle = (request, parts) =>
  whenReady(parts.findSession(request), (present) =>
    present ? tell(present, parts) : noSessionReply(),
  )

const end: SessionHandle = async (request, { sessions, findSession, trustProxy }) => {
  const present = await findSession(request)
  if (present) await sessions.end(present.token)
  const way = { secure: clientUsesTls(request, trustProxy) }
  return noSessionReply({ 'Set-Cookie': endedCookieField(way) })
}

async function tell(present: OpenSession, parts: SessionResourceParts): Promise<Reply> {
  const account = await parts.accounts.find(present.session.aor)
  return account ? sessionReply(present, account, parts) : noSessionReply()
}

async function tellWithCookie(
  request: HttpRequest,
  present: OpenSession,
  parts: SessionResourceParts,
): Promise<Reply> {
  const reply = await tell(present, parts)
  const way = { secure: clientUsesTls(request, parts.trustProxy) }
  const { remembered } = present.session
  const kept = remembered ? { ...way, maxAge: Math.round(parts.lifetimes.remembered) } : way
  return { ...reply, headers: { ...reply.headers, 'Set-Cookie': cookieField(present.token, kept) } }
}
