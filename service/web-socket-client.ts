/** Who asks for a WebSocket: what a trusted proxy says of the client behind it, else the peer itself. RFC 7239's forerunners. */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { WebSocketClient } from '../core/sip/web-socket-upgrade.ts'

/** `isProxy`: whether an address belongs to a proxy whose X-Forwarded-* is believed. */
export function createWebSocketClientOf(
  isProxy: (address: string) => boolean,
): (request: IncomingMessage) => WebSocketClient {
  return ({ socket, headers }) => {
    const peer = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '')
    const encrypted = 'encrypted' in socket
    if (!isProxy(peer)) return { address: peer, secure: encrypted }
    const behind = listOf(headers['x-forwarded-for']).filter((address) => isIP(address) !== 0)
    const scheme = listOf(headers['x-forwarded-proto']).at(-1)?.toLowerCase()
    return {
      // The nearest address that is not a proxy's.
      address: behind.findLast((address) => !isProxy(address)) ?? behind[0] ?? peer,
      secure: scheme === undefined ? encrypted : scheme === 'https' || scheme === 'wss',
    }
  }
}

function listOf(field: string | string[] | undefined): string[] {
  return [field ?? []].flat().flatMap((line) => line.split(',').map((value) => value.trim()))
}
