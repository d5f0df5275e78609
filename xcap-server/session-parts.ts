/** Everything that sessions of browsers are made of, put together. */
import type { FindOwner } from './document-owner.ts'
import { createErrorReplies } from './error-replies.ts'
import { createSiteOf } from './request-site.ts'
import type { Resource } from './resources.ts'
import { createSessionFinder, type FindSession } from './session-finder.ts'
import { createSessionResource } from './session-resource.ts'
import { createSessionSignIn } from './session-sign-in.ts'
import { createSessions } from './sessions.ts'
import type { XcapServerOptions } from './xcap-server-options.ts'

/** SIP over WebSocket shares the HTTP listeners. RFC 7118 */
const WEB_SOCKET = '/ws'

/** `folder`: of the icons by address. */
export function createSessionParts(
  options: XcapServerOptions,
  { findOwner, folder }: { findOwner: FindOwner; folder: string },
): { readonly findSession: FindSession; readonly resource: Resource } {
  const sessions = createSessions(options)
  const siteOf = createSiteOf({ ...options, urls: [options.publicUrl] })
  const findSession = createSessionFinder({ ...options, sessions, siteOf })
  const resource = createSessionResource({
    ...options,
    ...{ sessions, siteOf, findSession, folder, webSocket: WEB_SOCKET },
    lifetimes: options.session,
    signIn: createSessionSignIn({ ...options, findOwner }),
    errorReply: createErrorReplies(options),
  })
  return { findSession, resource }
}
