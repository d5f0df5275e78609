/** Bearer authentication of /admin/v1: which token asks, and how one without is refused. RFC 6750 */
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { createFailureCounts } from '../../core/digest/failure-counts.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Caller } from './operation.ts'
import type { Tokens } from './tokens.ts'

/** The request has no token, or one that is worth nothing. `challenge`: of WWW-Authenticate. */
export class Unauthorized extends Error {
  override readonly name = 'Unauthorized'
  readonly challenge: string

  constructor(challenge: string, message: string) {
    super(message)
    this.challenge = challenge
  }
}

const REALM = 'Bearer realm="visage"'
const SCHEME = /^Bearer +(\S+) *$/i
/** Sources that are remembered for guessing. */
const SOURCES = 10_000

/** Rejects with Unauthorized; one that guesses waits for it. */
export function createBearer({
  tokens,
  clock,
}: {
  tokens: Tokens
  clock: Clock
}): (request: IncomingMessage) => Promise<Caller> {
  const failures = createFailureCounts(SOURCES)
  return async (request) => {
    const text = SCHEME.exec(request.headers.authorization ?? '')?.[1]
    // Who says nothing is told no error. RFC 6750 §3.1
    if (text === undefined) throw new Unauthorized(REALM, 'a bearer token is needed')
    const token = await tokens.verify(text)
    const from = request.socket.remoteAddress ?? 'unknown'
    if (!token) {
      const delay = failures.add([from], clock.now())
      if (delay > 0) await new Promise<void>((resolve) => clock.after(delay, resolve))
      throw new Unauthorized(`${REALM}, error="invalid_token"`, 'the token is not valid')
    }
    return {
      ...{ who: `token:${token.id}`, name: token.name, from },
      ...(token.domains && { domains: token.domains }),
      ...(token.scope === 'read' && { readOnly: true }),
      ...(!('encrypted' in (request.socket as Partial<TLSSocket>)) && { inClear: true }),
    }
  }
}
