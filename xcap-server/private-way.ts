/** Whether nobody can read along on the way from the client: over TLS, or within this machine. */
import { clientAddress, clientUsesTls, type IsTrusted } from './forwarded.ts'
import type { HttpRequest } from './http-request.ts'

export function isPrivateWay(request: HttpRequest, trustProxy: IsTrusted): boolean {
  if (clientUsesTls(request, trustProxy)) return true
  const { peer, headers, message } = request
  // Behind a proxy that nobody vouches for, the client may be anywhere.
  const forwarded = headers['x-forwarded-for'] ?? headers.forwarded ?? headers.via
  if (forwarded !== undefined && !trustProxy(peer)) return false
  const ends = [clientAddress(request, trustProxy), message.socket.localAddress ?? '']
  return ends.every(isLoopback)
}

function isLoopback(address: string): boolean {
  return /^(?:(?:::ffff:)?127\.\d+\.\d+\.\d+|::1)$/i.test(address)
}
