/** Whether a request comes from a page of this service, as its Origin says; programs have none. Fetch standard, Origin. */
import { clientOrigin, type IsTrusted } from './forwarded.ts'
import type { HttpRequest } from './http-request.ts'

export type IsOwnPage = (request: HttpRequest) => boolean

/** `urls`: what the service is known as, besides the address that a request was sent to. */
export function createOriginCheck({
  urls,
  trustProxy,
}: {
  urls: readonly string[]
  trustProxy: IsTrusted
}): IsOwnPage {
  const own = urls.map((url) => new URL(url).origin)
  return (request) => {
    const { origin } = request.headers
    if (origin === undefined || own.includes(origin)) return true
    return origin === clientOrigin(request, trustProxy)
  }
}
