/** A stand-in for an XMPP server: the server's side of XEP-0114 on a real loopback socket, which says what the test tells it to. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface ScriptedServer {
  readonly port: number
  /** The next component that connects, before anything was said. */
  accept(): Promise<ServerSide>
  /** How many have connected. */
  readonly connections: number
  /** Ends every connection and listens no more; `again` listens on the same port. */
  stop(): Promise<void>
  again(): Promise<void>
}

export interface ServerSide {
  readonly socket: Socket
  /** What has been received and not been asked for, as soon as it matches. */
  receives(pattern: RegExp): Promise<string>
  /** Text as UTF-8, or bytes as they are. */
  says(what: string | Uint8Array): void
  /** Answers header and handshake; gives the domain that was named. Rejects when the secret is another. */
  handshake(secret: string): Promise<string>
  /** The connection is over. */
  ended(): Promise<void>
}

const STREAM_ID = 'stream<1>&'
const HEADER =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='sip.example' id='stream&lt;1&gt;&amp;'>"

export async function createScriptedServer(): Promise<ScriptedServer> {
  const arrived: ServerSide[] = []
  const waiting: ((side: ServerSide) => void)[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    const side = serverSide(socket)
    const next = waiting.shift()
    if (next) next(side)
    else arrived.push(side)
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    port,
    get connections() {
      return connections
    },
    accept() {
      const side = arrived.shift()
      return side ? Promise.resolve(side) : new Promise((resolve) => waiting.push(resolve))
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    again: () => listen(port),
  }
}

function serverSide(socket: Socket): ServerSide {
  let received = ''
  let look = () => {}
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    received += text
    look()
  })
  socket.on('error', () => undefined)
  const closed = once(socket, 'close')
  const side: ServerSide = {
    socket,
    receives: (pattern) =>
      new Promise((resolve, reject) => {
        look = () => {
          const found = pattern.exec(received)
          if (!found) return
          received = received.slice(found.index + found[0].length)
          look = () => {}
          resolve(found[0])
        }
        void closed.then(() => {
          reject(new Error(`${String(pattern)} never came, but ${received}`))
        })
        look()
      }),
    says: (what) => void socket.write(what),
    async handshake(secret) {
      const domain = /to="(.*?)"/.exec(await side.receives(/<stream:stream [^>]*>/))?.[1] ?? ''
      side.says(HEADER)
      const digest = createHash('sha1')
        .update(STREAM_ID + secret)
        .digest('hex')
      const said = await side.receives(/<handshake>.*?<\/handshake>/)
      if (said !== `<handshake>${digest}</handshake>`) throw new Error(`wrong secret: ${said}`)
      side.says('<handshake/>')
      return domain
    },
    async ended() {
      await closed
    },
  }
  return side
}
