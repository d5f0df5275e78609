/** Sends replies: always with a length, never in chunks. RFC 9112 §6.3. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { CORS_HEADERS } from './cors.ts'
import type { HeaderFields, Reply } from './reply.ts'

/** They have no content, and a 204 must not even say so. RFC 9110 §8.6 */
const WITHOUT_LENGTH = new Set([204, 304])

/** What is still read of a body that was refused, so that the client gets to read the answer. */
const LINGER_BYTES = 1024 * 1024
const LINGER_MS = 2000

export type SendReply = (message: IncomingMessage, response: ServerResponse, reply: Reply) => void

/** `server`: the product as the Server field names it, `Visage/1.0`. */
export function createReplySender({ server }: { server: string }): SendReply {
  const common: string[] = []
  layOut({ Server: server, 'X-Content-Type-Options': 'nosniff', ...CORS_HEADERS }, common)

  return (message, response, { status, headers, body, length }) => {
    if (response.headersSent || response.destroyed) return
    const fields = common.slice()
    layOut(headers, fields)
    if (!WITHOUT_LENGTH.has(status)) {
      fields.push('Content-Length', String(length ?? body?.length ?? 0))
    }
    const refusedBody = status === 413 && !message.complete
    if (refusedBody) fields.push('Connection', 'close')
    response.writeHead(status, fields)
    const content = message.method === 'HEAD' ? undefined : body
    if (refusedBody) linger(message, response, content)
    else response.end(content)
  }
}

/** Name, value, name, value, as node takes them fastest; a list of values is a line each. */
function layOut(headers: HeaderFields, fields: string[]): void {
  for (const name in headers) {
    const value = headers[name]
    if (typeof value === 'string') fields.push(name, value)
    else for (const line of value ?? []) fields.push(name, line)
  }
}

/** Closing while the client still sends would reset the connection under the answer. RFC 9112 §9.6. */
function linger(
  message: IncomingMessage,
  response: ServerResponse,
  body: Uint8Array | undefined,
): void {
  let left = LINGER_BYTES
  const end = () => {
    clearTimeout(timer)
    message.off('data', drop).off('end', end).off('close', end)
    response.end()
  }
  const drop = (chunk: Uint8Array) => {
    left -= chunk.length
    if (left <= 0) end()
  }
  const timer = setTimeout(end, LINGER_MS)
  response.write(body ?? '')
  message.on('data', drop).on('end', end).on('close', end).resume()
}
