/** Replies to whoever signs in, asks or signs out: JSON, and kept by nobody. RFC 9111 §5.2.2.5. */
import type { Account } from '../core/model/account.ts'
import type { Domains } from '../core/model/domain.ts'
import type { ErrorReply } from './error-replies.ts'
import { HttpError } from './http-errors.ts'
import { emptyReply, type HeaderFields, type Reply } from './reply.ts'
import { sipPasswordOf } from './session-token.ts'
import type { OpenSession } from './sessions.ts'

/** Passwords are in it: no cache, and no document of another origin, shall have it. */
const PRIVATE: HeaderFields = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** Where things are that a session is good for, relative to the origin. */
export interface SessionPlaces {
  readonly xcapRoot: string
  readonly webSocket: string
  /** Folder of the icons by address. */
  readonly folder: string
}

export function sessionReply(
  { token, session }: OpenSession,
  account: Account,
  { domains, xcapRoot, webSocket, folder }: SessionPlaces & { domains: Domains },
): Reply {
  const { aor, expires, remembered } = session
  const { name } = account
  return jsonReply(200, {
    address: aor,
    ...(name !== undefined && { name }),
    expires: new Date(expires).toISOString(),
    remembered,
    xcapRoot,
    webSocket,
    icons: `${folder}/${encodeURIComponent(aor.replace(/^sip:/, '')).replaceAll('%40', '@')}`,
    sip: { username: usernameOf(account, domains), password: sipPasswordOf(token) },
  })
}

export function noSessionReply(headers: HeaderFields = {}): Reply {
  return emptyReply(204, { ...PRIVATE, ...headers })
}

/** The phrase alone, for the person; everything else as elsewhere. */
export function createSessionErrors(errorReply: ErrorReply): ErrorReply {
  return (error, requestId) => {
    const { status, headers } = errorReply(error, requestId)
    const phrase = error instanceof HttpError ? error.phrase : 'Something went wrong here.'
    const { headers: own, ...reply } = jsonReply(status, { error: phrase })
    return { ...reply, headers: { ...headers, ...own } }
  }
}

function jsonReply(status: number, content: unknown): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...PRIVATE },
    body: Buffer.from(JSON.stringify(content)),
  }
}

/** The name to sign in to SIP by. */
function usernameOf({ aor, credentials }: Account, domains: Domains): string {
  const realm = domains.of(aor)?.realm
  return (credentials.find((one) => one.realm === realm) ?? credentials[0])?.username ?? ''
}
