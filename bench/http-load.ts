/** HTTP load over keep-alive connections, one request at a time on each. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Operation } from './closed-loop.ts'

export interface HttpLoad {
  readonly get: Operation
  close(): void
}

/** `headers`: further header lines, each ended by CRLF. An answer with another status ends the run. */
export async function createHttpLoad(
  port: number,
  { path, headers = '', status, connections }: HttpRequest,
): Promise<HttpLoad> {
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}\r\n`)
  const idle = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      await once(socket, 'connect')
      return createConnection(socket, status)
    }),
  )
  const all = [...idle]
  return {
    get(ended) {
      const connection = idle.pop()
      if (!connection) throw new Error('the window is larger than the number of connections')
      connection.send(request, () => {
        idle.push(connection)
        ended()
      })
    },
    close() {
      for (const connection of all) connection.close()
    },
  }
}

export interface HttpRequest {
  readonly path: string
  readonly headers?: string
  readonly status: number
  readonly connections: number
}

interface Connection {
  send(request: Buffer, answered: () => void): void
  close(): void
}

function createConnection(socket: Socket, status: number): Connection {
  let answered: () => void = () => undefined
  /** Bytes of the response still to come; NaN before its header. */
  let awaited = NaN
  let header = ''
  socket.on('data', (bytes) => {
    if (Number.isNaN(awaited)) {
      header += bytes.toString('latin1')
      const end = header.indexOf('\r\n\r\n')
      if (end < 0) return
      if (!header.startsWith(`HTTP/1.1 ${status} `)) throw new Error(`unexpected:\n${header}`)
      const length = status === 304 ? 0 : Number(/^content-length: (\d+)/im.exec(header)?.[1])
      awaited = length + end + 4 - header.length
    } else awaited -= bytes.length
    if (awaited > 0) return
    awaited = NaN
    header = ''
    answered()
  })
  return {
    send(request, done) {
      answered = done
      socket.write(request)
    },
    close: () => socket.destroy(),
  }
}
