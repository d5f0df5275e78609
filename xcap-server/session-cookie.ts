/** The cookie that carries a session's token. RFC 6265. */
import type { HttpRequest } from './http-request.ts'
import { isToken } from './session-token.ts'

const NAME = 'visage-session'
/** Nobody can plant a cookie of this name from another host of the domain, or without TLS. RFC 6265bis §4.1.3.2 */
const NAME_OVER_TLS = `__Host-${NAME}`
/** No page reads it, no other site's page makes a browser send it. */
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict'

/** More of one name are somebody's attempt to be in the way. */
const MOST_TOKENS = 4

/** `secure`: the browser came over TLS. */
export interface CookieWay {
  readonly secure: boolean
}

/** Every token under the cookie's name; a browser may send several that were set for different paths. */
export function tokensIn({ headers }: Pick<HttpRequest, 'headers'>, way: CookieWay): string[] {
  return valuesOf(headers.cookie ?? '', nameOver(way))
    .filter(isToken)
    .slice(0, MOST_TOKENS)
}

/** Whether the request carries the cookie, whatever it is worth. */
export function hasSessionCookie(
  { headers }: Pick<HttpRequest, 'headers'>,
  way: CookieWay,
): boolean {
  return valuesOf(headers.cookie ?? '', nameOver(way)).length > 0
}

/** Value of Set-Cookie. `maxAge`, in seconds: also when the browser was closed; absent: until then. */
export function cookieField(token: string, { secure, maxAge }: CookieWay & { maxAge?: number }) {
  const lifetime = maxAge === undefined ? '' : `; Max-Age=${maxAge}`
  return `${nameOver({ secure })}=${token}; ${ATTRIBUTES}${secure ? '; Secure' : ''}${lifetime}`
}

/** Value of Set-Cookie that makes the browser forget the cookie. */
export function endedCookieField(way: CookieWay): string {
  return cookieField('', { ...way, maxAge: 0 })
}

function nameOver({ secure }: CookieWay): string {
  return secure ? NAME_OVER_TLS : NAME
}

/** In the order of the field, without quotes. RFC 6265 §4.2.1, §5.4 */
function valuesOf(field: string, name: string): string[] {
  const start = `${name}=`
  return field
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(start))
    .map((pair) => pair.slice(start.length).replace(/^"(.*)"$/, '$1'))
}
