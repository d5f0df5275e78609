/** The session whose cookie a request carries, if it may act by it. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { clientUsesTls, type IsTrusted } from './forwarded.ts'
import { Forbidden } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import type { SiteOf } from './request-site.ts'
import { tokensIn } from './session-cookie.ts'
import type { OpenSession, Sessions } from './sessions.ts'

/** Throws `Forbidden` when it may not. Undefined: no cookie, or its session is over. */
export type FindSession = (request: HttpRequest) => MaybePromise<OpenSession | undefined>

/** Methods that change nothing. RFC 9110 §9.2.1 */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

export function createSessionFinder({
  sessions,
  siteOf,
  trustProxy,
}: {
  sessions: Pick<Sessions, 'find'>
  siteOf: SiteOf
  trustProxy: IsTrusted
}): FindSession {
  function first([token, ...others]: readonly string[]): MaybePromise<OpenSession | undefined> {
    if (token === undefined) return undefined
    return whenReady(sessions.find(token), (session) =>
      session ? { token, session } : first(others),
    )
  }

  return (request) => {
    if (request.headers.cookie === undefined) return undefined
    const secure = clientUsesTls(request, trustProxy)
    return whenReady(first(tokensIn(request, { secure })), (found) => {
      // A browser sends the cookie whichever page asks it to: only our own may change anything by it.
      if (found && !SAFE.has(request.method) && siteOf(request) !== 'own') throw fromAnotherSite()
      return found
    })
  }
}

export function fromAnotherSite(): Forbidden {
  return new Forbidden({ phrase: 'Only the pages of this service may do that.' })
}
