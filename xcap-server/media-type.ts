/** The media type that a request gives its content. RFC 9110 §8.3. */
import type { HttpRequest } from './http-request.ts'

/** In lower case, without parameters; empty: none. */
export function mediaTypeOf({ headers }: HttpRequest): string {
  const [essence = ''] = (headers['content-type'] ?? '').split(';')
  return essence.trim().toLowerCase()
}
