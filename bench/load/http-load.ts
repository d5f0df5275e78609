/** HTTP load over keep-alive connections, one request at a time on each. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Operation } from './closed-loop.ts'
import { createSigner, type Login, type Sign } from './digest-signer.ts'
import { createTrafficCount, type Traffic, type TrafficCount } from './traffic.ts'

const EMPTY = Buffer.alloc(0)

export interface HttpLoad {
  readonly send: Operation
  readonly traffic: () => Traffic
  close(): void
}

export interface HttpRequest {
  readonly method: 'GET' | 'PUT'
  /** `{lane}` is the number of the connection. */
  readonly path: string
  /** Further header lines, each ended by CRLF. */
  readonly headers?: string
  /** `{count}` is a number of eight digits, another in every request. */
  readonly body?: string
  /** Who signs in. */
  readonly login?: Login
  /** An answer with another status ends the run. */
  readonly status: number
  readonly connections: number
}

export async function createHttpLoad(port: number, request: HttpRequest): Promise<HttpLoad> {
  const traffic = createTrafficCount()
  const idle = await Promise.all(
    Array.from({ length: request.connections }, async (_, lane) => {
      // Each with a nonce of its own: a server may hold requests of one nonce to their order.
      const sign = request.login && (await createSigner(port, pathOf(request, lane), request.login))
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      await once(socket, 'connect')
      const write = requestWriter(request, { host: `127.0.0.1:${port}`, lane, sign })
      return createConnection(socket, { write, status: request.status, traffic })
    }),
  )
  const all = [...idle]
  return {
    send(ended) {
      const connection = idle.pop()
      if (!connection) throw new Error('the window is larger than the number of connections')
      connection.send(() => {
        idle.push(connection)
        ended()
      })
    },
    traffic: traffic.soFar,
    close() {
      for (const connection of all) connection.close()
    },
  }
}

function pathOf({ path }: HttpRequest, lane: number): string {
  return path.replace('{lane}', String(lane))
}

/** Text of the lane's next request. */
function requestWriter(
  request: HttpRequest,
  { host, lane, sign }: { host: string; lane: number; sign: Sign | undefined },
): () => string {
  const { method, headers = '', body = '' } = request
  const path = pathOf(request, lane)
  const head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}`
  const [before = '', ...after] = body.split('{count}')
  let count = 0
  return () => {
    const content = [before, ...after].join(String(++count).padStart(8, '0'))
    const length = method === 'PUT' ? `Content-Length: ${content.length}\r\n` : ''
    const signature = sign ? `Authorization: ${sign(method, path)}\r\n` : ''
    return `${head}${length}${signature}\r\n${content}`
  }
}

interface Connection {
  send(answered: () => void): void
  close(): void
}

interface Exchange {
  readonly write: () => string
  readonly status: number
  readonly traffic: TrafficCount
}

function createConnection(socket: Socket, { write, status, traffic }: Exchange): Connection {
  let answered: () => void = () => undefined
  let head: Buffer = EMPTY
  let received = 0
  /** Bytes of the response in all; NaN before the end of its head. */
  let length = NaN
  socket.on('data', (bytes: Buffer) => {
    received += bytes.length
    if (Number.isNaN(length)) {
      head = head.length > 0 ? Buffer.concat([head, bytes]) : bytes
      length = responseLength(head, status)
    }
    // Not true before the length is known, either.
    if (!(received >= length)) return
    traffic.add({ length: received })
    head = EMPTY
    received = 0
    length = NaN
    answered()
  })
  return {
    send(done) {
      answered = done
      const text = write()
      traffic.add(text)
      socket.write(text, 'latin1')
    },
    close: () => socket.destroy(),
  }
}

/** With its head; NaN: the head is not whole. */
function responseLength(bytes: Buffer, status: number): number {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return NaN
  const head = bytes.toString('latin1', 0, end)
  if (!head.startsWith(`HTTP/1.1 ${status} `)) throw new Error(`unexpected:\n${head}`)
  const body = status === 304 ? 0 : Number(/^content-length: (\d+)/im.exec(head)?.[1])
  return end + 4 + body
}
