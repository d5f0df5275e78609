/** The sockets of a SIP peer: whole messages go out and come in, over every transport on loopback. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { WebSocket } from 'ws'
import { authority } from './certificates.ts'

export type SipClientTransport = 'UDP' | 'TCP' | 'TLS' | 'WS' | 'WSS'

interface Wire {
  /** This end's. */
  readonly port: number
  readonly send: (message: string | Buffer) => void
  readonly close: () => Promise<void>
}

type OpenWire = (serverPort: number, add: (bytes: Buffer) => void) => Promise<Wire>

export const openWire: Readonly<Record<SipClientTransport, OpenWire>> = {
  UDP: openUdp,
  TCP: (port, add) => openStream(connect(port, '127.0.0.1'), 'connect', add),
  TLS: (port, add) =>
    openStream(connectTls({ host: '127.0.0.1', port, ca: authority }), 'secureConnect', add),
  WS: (port, add) => openWebSocket(`ws://127.0.0.1:${port}/ws`, add),
  WSS: (port, add) => openWebSocket(`wss://127.0.0.1:${port}/ws`, add),
}

async function openUdp(serverPort: number, add: (bytes: Buffer) => void): Promise<Wire> {
  const socket: UdpSocket = createSocket('udp4')
  socket.on('message', (bytes) => {
    add(bytes)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    send: (message) => {
      socket.send(message, serverPort, '127.0.0.1')
    },
    close: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}

async function openStream(
  socket: Socket,
  opened: 'connect' | 'secureConnect',
  add: (bytes: Buffer) => void,
): Promise<Wire> {
  let pending = Buffer.alloc(0)
  socket.on('data', (bytes: Buffer) => {
    pending = Buffer.concat([pending, bytes])
    for (let end = messageEnd(pending); end > 0; end = messageEnd(pending)) {
      add(pending.subarray(0, end))
      pending = pending.subarray(end)
    }
  })
  await once(socket, opened)
  socket.on('error', () => undefined)
  return {
    port: socket.localPort ?? 0,
    send: (message) => {
      socket.write(message)
    },
    close: async () => {
      if (socket.closed) return
      socket.destroy()
      await once(socket, 'close')
    },
  }
}

/** Where the first whole message ends; 0 when there is none. */
function messageEnd(bytes: Buffer): number {
  const head = bytes.indexOf('\r\n\r\n')
  if (head < 0) return 0
  const length = /^content-length:\s*(\d+)/im.exec(bytes.toString('latin1', 0, head))?.[1]
  const end = head + 4 + Number(length ?? 0)
  return end <= bytes.length ? end : 0
}

async function openWebSocket(url: string, add: (bytes: Buffer) => void): Promise<Wire> {
  const webSocket = new WebSocket(url, 'sip', { ca: authority })
  webSocket.on('message', add)
  let port = 0
  webSocket.on('upgrade', ({ socket }) => {
    port = socket.localPort ?? 0
  })
  await once(webSocket, 'open')
  webSocket.on('error', () => undefined)
  return {
    port,
    send: (message) => {
      webSocket.send(message.toString())
    },
    close: async () => {
      if (webSocket.readyState === webSocket.CLOSED) return
      webSocket.terminate()
      await once(webSocket, 'close')
    },
  }
}
