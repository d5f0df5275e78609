/** What a proxy says of the client behind it, believed of configured proxies only. */
import type { HttpRequest } from './http-request.ts'

/** Whether an address, without port, belongs to a configured network. */
export type IsTrusted = (address: string) => boolean

/** The nearest address that is not a trusted proxy's. */
export function clientAddress(
  { peer, headers }: Pick<HttpRequest, 'peer' | 'headers'>,
  trusted: IsTrusted,
): string {
  if (!trusted(peer)) return peer
  const behind = listOf(headers['x-forwarded-for'])
  return behind.findLast((address) => !trusted(address)) ?? behind[0] ?? peer
}

export function clientUsesTls({ peer, headers, tls }: HttpRequest, trusted: IsTrusted): boolean {
  const forwarded = trusted(peer) ? listOf(headers['x-forwarded-proto']).at(-1) : undefined
  return forwarded === undefined ? tls : forwarded.toLowerCase() === 'https'
}

/** Scheme and host as the client wrote them; no port where it is the scheme's own, as browsers say it in Origin. RFC 6454 §6.2 */
export function clientOrigin(request: HttpRequest, trusted: IsTrusted): string {
  const { peer, headers } = request
  const forwarded = trusted(peer) ? listOf(headers['x-forwarded-host']).at(-1) : undefined
  const scheme = clientUsesTls(request, trusted) ? 'https' : 'http'
  const url = `${scheme}://${forwarded ?? headers.host ?? ''}`
  return URL.canParse(url) ? new URL(url).origin : url
}

function listOf(field: string | string[] | undefined): string[] {
  const text = Array.isArray(field) ? field.join(',') : (field ?? '')
  return text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '')
}
