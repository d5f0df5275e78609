/** Asks a look-up hook about one person: one GET, within bounds of time and size. RFC 9110. */
import type { Clock } from '../../core/model/clock.ts'

export interface LookupQuery {
  readonly aor: string
  /** What a digest response names; absent where nobody signs in. RFC 7616 §3.4 */
  readonly username?: string
  readonly realm?: string
}

/** The content of the answer; undefined: there is no such account. Rejects with LookupFailed. */
export type LookupRequest = (
  query: LookupQuery,
) => Promise<{ readonly content: unknown } | undefined>

/** Anything but an answer. The message is for the operator, and holds nothing that the hook said. */
export class LookupFailed extends Error {
  override readonly name = 'LookupFailed'
  /** There is an answer, which is wrong for this person alone. */
  readonly concernsOne: boolean
  constructor(message: string, { concernsOne = false } = {}) {
    super(message)
    this.concernsOne = concernsOne
  }
}

/** Of a request that cannot be understood or is too long: strangers choose the names that are asked for. RFC 9110 §15.5 */
const REFUSALS_OF_ONE: readonly number[] = [400, 414, 422, 431]

const LARGEST_ANSWER = 64 * 1024

/** `timeout`: milliseconds until the last byte of the answer. */
export function createLookupRequest({
  url,
  token,
  timeout,
  clock,
}: {
  url: string
  token?: string | undefined
  timeout: number
  clock: Clock
}): LookupRequest {
  const headers = {
    accept: 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  return async (query) => {
    const giveUp = new AbortController()
    const cancel = clock.after(timeout, () => {
      giveUp.abort()
    })
    try {
      const address = `${url}?${new URLSearchParams({ ...query }).toString()}`
      // Who redirects is not the one who was asked, and must not get the token.
      const options = { headers, redirect: 'manual', signal: giveUp.signal } as const
      return await contentOf(await fetch(address, options))
    } catch (error) {
      throw giveUp.signal.aborted ? new LookupFailed('no answer in time') : asFailure(error)
    } finally {
      cancel()
    }
  }
}

async function contentOf(response: Response): Promise<{ content: unknown } | undefined> {
  if (response.status === 200) return { content: JSON.parse(await bodyOf(response)) as unknown }
  await response.body?.cancel()
  if (response.status === 404) return undefined
  const concernsOne = REFUSALS_OF_ONE.includes(response.status)
  throw new LookupFailed(`status ${response.status}`, { concernsOne })
}

async function bodyOf({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  // What is left unread when this throws is cancelled by the loop.
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length
    if (size > LARGEST_ANSWER) throw new LookupFailed('the answer is larger than 64 KiB')
    parts.push(part)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
}

function asFailure(error: unknown): LookupFailed {
  if (error instanceof LookupFailed) return error
  // The parser's words quote the answer, which holds hashes.
  if (error instanceof SyntaxError) return new LookupFailed('the answer is no JSON')
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause
  return new LookupFailed(cause?.code ?? cause?.message ?? 'no connection')
}
