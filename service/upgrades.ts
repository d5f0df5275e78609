/** Requests to change the protocol: for SIP over WebSocket at /ws and /sip; any other is answered as if it had not asked. RFC 9110 §7.8, RFC 7118 §4.1. */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

export type TakeUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Where softphones in browsers connect. */
export function isSipPath(url: string | undefined): boolean {
  return /^\/(?:ws|sip)\/?(?:\?|$)/.test(url ?? '')
}

export function serveUpgrades(server: Server, take: TakeUpgrade): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const isWebSocket = request.headers.upgrade?.toLowerCase() === 'websocket'
    if (isWebSocket && isSipPath(request.url)) take(request, socket, head)
    else handAgain(server, request, socket, head)
  })
}

/**
 * Some HTTP clients ask every server for h2c, with a body behind the question. The server reads all of it once more,
 * without the question, and as the last request of its connection.
 */
function handAgain(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method = '', url = '', httpVersion, rawHeaders } = request
  const lines = [`${method} ${url} HTTP/${httpVersion}`, 'Connection: close']
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    if (!OF_THE_CONNECTION.test(name)) lines.push(`${name}: ${value}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket)
}

const OF_THE_CONNECTION = /^(connection|upgrade|http2-settings)$/i
