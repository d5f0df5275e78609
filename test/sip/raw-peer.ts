/** A SIP peer made of a bare socket: sends what the test says, keeps what comes back. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { WebSocket, type ClientOptions } from 'ws'
import {
  createSipEndpoint,
  type ListeningSipEndpoint,
  type SipEndpointParts,
} from '../../core/sip/create-sip-endpoint.ts'
import type { TransportName } from '../../core/sip/transport.ts'
import { silentLog } from '../../core/model/log.ts'
import { authority, certificates } from '../support/certificates.ts'

export const systemClock = {
  now: () => Date.now(),
  after(milliseconds: number, action: () => void) {
    const timer = setTimeout(action, milliseconds)
    timer.unref()
    return () => {
      clearTimeout(timer)
    }
  },
}

export interface RawPeer {
  readonly port: number
  send(message: string | Buffer): void
  /** The next thing that comes; undefined when nothing comes within the time. */
  receive(milliseconds?: number): Promise<string | undefined>
  close(): void
}

interface Inbox {
  put(text: string): void
  take(milliseconds: number): Promise<string | undefined>
}

function createInbox(): Inbox {
  const kept: string[] = []
  let waiting: ((text: string | undefined) => void) | undefined
  return {
    put(text) {
      if (waiting) waiting(text)
      else kept.push(text)
    },
    take(milliseconds) {
      const first = kept.shift()
      if (first !== undefined) return Promise.resolve(first)
      return new Promise((resolve) => {
        const timer = setTimeout(() => waiting?.(undefined), milliseconds)
        waiting = (text) => {
          clearTimeout(timer)
          waiting = undefined
          resolve(text)
        }
      })
    },
  }
}

const PATIENCE = 2000

export async function udpPeer(port: number): Promise<RawPeer> {
  const inbox = createInbox()
  const socket = createSocket('udp4')
  socket.on('message', (bytes) => {
    inbox.put(bytes.toString('latin1'))
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    send: (message) => {
      socket.send(message, port, '127.0.0.1')
    },
    receive: (milliseconds = PATIENCE) => inbox.take(milliseconds),
    close: () => {
      socket.close()
    },
  }
}

export interface TcpPeer extends RawPeer {
  /** Says that nothing more will come, and still listens. */
  end(): void
  pause(): void
  readonly closed: Promise<unknown>
}

export async function tcpPeer(port: number): Promise<TcpPeer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  return streamPeer(socket, 'connect')
}

export async function tlsPeer(port: number, options: ConnectionOptions = {}): Promise<TcpPeer> {
  const where = { port, host: '127.0.0.1', ca: authority, allowHalfOpen: true }
  return streamPeer(connectTls({ ...where, ...options }), 'secureConnect')
}

async function streamPeer(socket: Socket, opened: string): Promise<TcpPeer> {
  const inbox = createInbox()
  socket.on('data', (bytes) => {
    inbox.put(bytes.toString('latin1'))
  })
  socket.on('end', () => {
    socket.end()
  })
  await once(socket, opened)
  socket.on('error', () => undefined)
  return {
    port: socket.localPort ?? 0,
    send: (message) => {
      socket.write(message)
    },
    receive: (milliseconds = PATIENCE) => inbox.take(milliseconds),
    close: () => {
      socket.destroy()
    },
    end: () => {
      socket.end()
    },
    pause: () => {
      socket.pause()
    },
    closed: new Promise((resolve) => socket.once('close', resolve)),
  }
}

export interface WebSocketPeer extends RawPeer {
  readonly webSocket: WebSocket
  /** The code that the server closed it with. */
  readonly closed: Promise<number>
}

/** Rejects where the server refuses, with its status in the message. */
export async function webSocketPeer(
  url: string,
  { subprotocol = 'sip', ...options }: ClientOptions & { subprotocol?: string } = {},
): Promise<WebSocketPeer> {
  const inbox = createInbox()
  const webSocket = new WebSocket(url, subprotocol, { ca: authority, ...options })
  webSocket.on('message', (bytes: Buffer) => {
    inbox.put(bytes.toString('latin1'))
  })
  let port = 0
  webSocket.on('upgrade', ({ socket }) => {
    port = socket.localPort ?? 0
  })
  await once(webSocket, 'open')
  webSocket.on('error', () => undefined)
  return {
    port,
    webSocket,
    send: (message) => {
      webSocket.send(message)
    },
    receive: (milliseconds = PATIENCE) => inbox.take(milliseconds),
    close: () => {
      webSocket.terminate()
    },
    closed: new Promise((resolve) => webSocket.once('close', resolve)),
  }
}

export interface TestEndpoint {
  readonly sip: ListeningSipEndpoint
  readonly udpPort: number
  readonly tcpPort: number
}

/** An endpoint on free ports of 127.0.0.1, over UDP and TCP. */
export async function startEndpoint(parts: Partial<SipEndpointParts> = {}): Promise<TestEndpoint> {
  const sip = createSipEndpoint({
    listeners: [
      { transport: 'UDP', address: '127.0.0.1', port: 0 },
      { transport: 'TCP', address: '127.0.0.1', port: 0 },
    ],
    clock: systemClock,
    log: silentLog,
    allow: 'OPTIONS',
    ...parts,
  })
  await sip.start()
  const [udp, tcp] = sip.addresses()
  return { sip, udpPort: udp?.port ?? 0, tcpPort: tcp?.port ?? 0 }
}

interface RequestParts {
  readonly method?: string
  readonly via?: string
  readonly branch?: string
  readonly callId?: string
  readonly cseq?: number
  readonly toTag?: string
  readonly headers?: string
  readonly body?: string
}

/** An endpoint with one listener, on a free port. */
export async function startOne(
  transport: TransportName,
  parts: Partial<SipEndpointParts> = {},
  address = '127.0.0.1',
): Promise<{ readonly sip: ListeningSipEndpoint; readonly port: number }> {
  const tls = certificates('localhost')
  const listeners = [{ transport, address, port: 0, tls }]
  const { sip } = await startEndpoint({ listeners, ...parts })
  return { sip, port: sip.addresses()[0]?.port ?? 0 }
}

/** A sound request; each one with its own branch and Call-ID unless the test says so. */
export function requestText(parts: RequestParts = {}): string {
  const { method = 'OPTIONS', headers = '', body = '', cseq = 1, toTag } = parts
  const unique = Math.random().toString(36).slice(2)
  const { branch = `z9hG4bK${unique}`, callId = unique } = parts
  const { via = `SIP/2.0/UDP 127.0.0.1:9;branch=${branch};rport` } = parts
  const to = toTag === undefined ? '' : `;tag=${toTag}`
  return (
    `${method} sip:alice@example.com SIP/2.0\r\nVia: ${via}\r\nMax-Forwards: 70\r\n` +
    `From: <sip:bob@example.com>;tag=from1\r\nTo: <sip:alice@example.com>${to}\r\n` +
    `Call-ID: ${callId}\r\nCSeq: ${cseq} ${method}\r\n${headers}` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )
}

export function statusOf(response: string | undefined): number | undefined {
  return response === undefined ? undefined : Number(response.split(' ', 2)[1])
}
