/** Whether nobody can read along on the way from the client: over TLS, or within this machine. */
import { clientAddress, clientUsesTls, type IsTrusted } from './forwarded.ts'
import type { HttpRequest } from './http-request.ts'

/** What proxies write into requests: behind one the client may be anywhere. */
const TRACES = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'forwarded',
  'via',
]

export function isPrivateWay(request: HttpRequest, trustProxy: IsTrusted): boolean {
  if (clientUsesTls(request, trustProxy)) return true
  const { peer, headers, message } = request
  const proxied = TRACES.some((name) => headers[name] !== undefined)
  // Only a proxy that somebody vouches for is believed, and only what it says.
  if (proxied && !(trustProxy(peer) && headers['x-forwarded-for'] !== undefined)) return false
  // Some proxies leave no trace but the name that they were called by.
  if (!proxied && !isLocalHost(headers.host)) return false
  const ends = [clientAddress(request, trustProxy), message.socket.localAddress ?? '']
  return ends.every(isLoopback)
}

/** `field`: the value of Host, with or without a port. RFC 6761 §6.3 */
function isLocalHost(field = ''): boolean {
  const name = field.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1')
  return /^(?:.+\.)?localhost$/i.test(name) || isLoopback(name)
}

function isLoopback(address: string): boolean {
  return /^(?:(?:::ffff:)?127\.\d+\.\d+\.\d+|::1)$/i.test(address)
}
