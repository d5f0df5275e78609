/** What a request for a session says: who signs in, and for how long. JSON, or a form (WHATWG URL §5). */
import { z } from 'zod'
import { parseAor, type Aor } from '../core/uri/aor.ts'
import { BadRequest, UnsupportedMediaType } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import { mediaTypeOf } from './media-type.ts'
import { readBody } from './request-body.ts'

export interface SessionRequest {
  readonly address?: Aor
  /** In clear; absent: Digest proves it. */
  readonly password?: string
  readonly remember: boolean
}

const LARGEST = 16 * 1024

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

const content = z.object({
  address: z.string().max(1024).optional(),
  password: z.string().max(1024).optional(),
  remember: z.boolean().optional(),
})
type Content = z.infer<typeof content>

const READERS: Partial<Record<string, (text: string) => unknown>> = {
  [JSON_TYPE]: (text) => JSON.parse(text) as unknown,
  [FORM_TYPE]: readForm,
}

/** Rejects with `BadRequest`, `UnsupportedMediaType`, `ContentTooLarge` or `RequestAborted`. */
export async function readSessionRequest(request: HttpRequest): Promise<SessionRequest> {
  const body = await readBody(request.message, LARGEST)
  // Also what a program sends first, to learn the challenge.
  if (body.length === 0) return { remember: false }
  const read = READERS[mediaTypeOf(request)]
  if (!read) throw new UnsupportedMediaType([JSON_TYPE, FORM_TYPE])
  const { address, password, remember = false } = contentOf(body, read)
  if (password !== undefined && address === undefined) throw wrongAddress()
  return {
    remember,
    ...(address !== undefined && { address: addressIn(address) }),
    ...(password !== undefined && { password }),
  }
}

function contentOf(body: Uint8Array, read: (text: string) => unknown): Content {
  try {
    return content.parse(read(new TextDecoder('utf-8', { fatal: true }).decode(body)))
  } catch {
    // What stands in it may be a password: nothing of it is repeated.
    throw new BadRequest({ phrase: 'The request cannot be read.' })
  }
}

function readForm(text: string): unknown {
  const { remember, ...fields } = Object.fromEntries(new URLSearchParams(text))
  return { ...fields, remember: remember === 'on' || remember === 'true' || remember === '1' }
}

function addressIn(text: string): Aor {
  const address = parseAor(text.trim())
  if (!address) throw wrongAddress()
  return address
}

function wrongAddress(): BadRequest {
  return new BadRequest({ phrase: 'Write your address as alice@example.com.' })
}
