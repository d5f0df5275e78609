/** One HTTP request and its whole answer, signed with Digest when the server asks. RFC 9110, RFC 7616. */
import { parseChallenges } from '../core/digest/challenge.ts'
import type { Abortable } from './abortable.ts'
import type { DigestCredentials } from './digest-credentials.ts'
import { HttpUnreachable } from './http-unreachable.ts'

export interface HttpRequest extends Abortable {
  readonly method: string
  /** Absolute. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

export interface HttpAnswer {
  readonly status: number
  readonly reason: string
  /** As asked for. */
  readonly url: string
  readonly headers: Headers
  readonly body: Uint8Array
}

export interface HttpExchange {
  /** Any status is an answer. Rejects with `HttpUnreachable` when there is none, and with the signal's reason. */
  send(request: HttpRequest): Promise<HttpAnswer>
}

/** Asked without, asked with an outdated nonce, asked with the fresh one. */
const MOST_ATTEMPTS = 3
/** Neither a browser's cookies nor its own password dialog or cache; a redirect would break the digest. */
const ALONE = { credentials: 'omit', cache: 'no-store', redirect: 'error' } as const
const MAX_BODY = 16 * 1024 * 1024

export function createHttpExchange({
  credentials,
  fetch = globalThis.fetch,
  timeout = 30_000,
}: {
  /** Absent: nobody in particular. */
  credentials?: DigestCredentials
  fetch?: typeof globalThis.fetch
  /** Milliseconds for one attempt. */
  timeout?: number
}): HttpExchange {
  const attempt = (request: HttpRequest, authorization?: string) =>
    exchange({ fetch, timeout, request, authorization })

  return {
    send: async (request) => {
      const { method, url } = request
      const { pathname, search } = new URL(url)
      // The request target as it is sent. RFC 7616 §3.4.6
      const target = pathname + search
      let authorization = credentials?.ahead(method, target)
      for (let attempts = 1; ; attempts++) {
        const answer = await attempt(request, authorization)
        if (answer.status !== 401 || !credentials || attempts === MOST_ATTEMPTS) return answer
        // The first that can be answered: the server names them in its order. RFC 7616 §3.7
        const [challenge] = parseChallenges(challengesIn(answer))
        // Refused after the fresh challenge was answered: the password is wrong.
        if (!challenge || (attempts > 1 && !challenge.stale)) return answer
        authorization = credentials.answer(challenge, method, target)
      }
    },
  }
}

/** Visage words its challenges to pages of its own origin so that browsers open no dialog: they are Digest all the same. */
function challengesIn({ headers }: HttpAnswer): string {
  return (headers.get('www-authenticate') ?? '').replaceAll(/\bVisage-Session\b/gi, 'Digest')
}

async function exchange({
  fetch,
  timeout,
  request: { method, url, headers, body, signal },
  authorization,
}: {
  fetch: typeof globalThis.fetch
  timeout: number
  request: HttpRequest
  authorization: string | undefined
}): Promise<HttpAnswer> {
  const signed = authorization === undefined ? {} : { Authorization: authorization }
  signal?.throwIfAborted()
  const late = AbortSignal.timeout(timeout)
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...signed },
      ...(body && { body: Uint8Array.from(body) }),
      ...ALONE,
      signal: signal ? AbortSignal.any([signal, late]) : late,
    })
    const { status, statusText, headers: answered } = response
    return { status, reason: statusText, url, headers: answered, body: await readBody(response) }
  } catch (error) {
    signal?.throwIfAborted()
    throw new HttpUnreachable(url, error)
  }
}

async function readBody(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    length += part.value.length
    if (length > MAX_BODY) {
      await reader?.cancel()
      throw new Error(`the answer is larger than ${MAX_BODY} bytes`)
    }
    parts.push(part.value)
  }
  const body = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    body.set(part, at)
    at += part.length
  }
  return body
}
