/** A SIP server that does what the test says, and nothing by itself. Reads messages on its own, without core/sip. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { SipServer } from '../../client/node/sip-server.ts'

interface PeerMessage {
  readonly text: string
  readonly startLine: string
  readonly method: string
  readonly body: string
  header(name: string): string | undefined
  headers(name: string): string[]
}

export interface PeerRequest extends PeerMessage {
  respond(status: number, reason: string, ...lines: string[]): void
  /** Sends raw bytes back the way the request came. */
  raw(bytes: string): void
}

export interface NotifyOptions {
  readonly state: string
  readonly body?: string
  /** Of the body; PIDF when absent. */
  readonly type?: string
  readonly cseq?: number
  /** Presence when absent. */
  readonly event?: string
  /** Sends it so many times. */
  readonly copies?: number
}

export interface Peer {
  readonly server: SipServer
  /** Every request so far. */
  readonly requests: PeerRequest[]
  /** The next request that no `next` has given yet. */
  next(method?: string): Promise<PeerRequest>
  /** Sends a NOTIFY in the dialog that a SUBSCRIBE made; gives the status of each answer as it comes. */
  notify(subscribe: PeerRequest, options: NotifyOptions): Promise<PeerMessage>
  /** Sends bytes as they are to whoever sent last. */
  raw(bytes: string): void
  /** How many responses have come. */
  readonly responses: PeerMessage[]
  /** Ends every connection. */
  hangUp(): void
  close(): Promise<void>
}

type Reply = (bytes: string) => void

const PATIENCE_MS = 5000
const TAG = 'peer-tag'

export async function startPeer(transport: 'udp' | 'tcp' = 'udp', port = 0): Promise<Peer> {
  const requests: PeerRequest[] = []
  const responses: PeerMessage[] = []
  const waiting = new Set<() => void>()
  let given = 0
  let last: Reply = () => undefined
  let branches = 0

  function take(text: string, reply: Reply): void {
    if (text.trim() === '') return
    last = reply
    const message = readMessage(text)
    if (message.startLine.startsWith('SIP/2.0')) responses.push(message)
    else requests.push(asRequest(message, reply))
    for (const look of waiting) look()
  }

  function when<T>(what: string, look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(check)
        const seen = [...requests, ...responses].map(({ text }) => text).join('\n---\n')
        reject(new Error(`${what} did not come; what came:\n${seen}`))
      }, PATIENCE_MS)
      const check = () => {
        const found = look()
        if (found === undefined) return
        clearTimeout(timer)
        waiting.delete(check)
        resolve(found)
      }
      waiting.add(check)
      check()
    })
  }

  const server = await (transport === 'udp' ? listenUdp(port, take) : listenTcp(port, take))

  return {
    server: { transport, host: '127.0.0.1', port: server.port },
    requests,
    responses,
    next: (method) =>
      when(method ?? 'a request', () => {
        for (let at = given; at < requests.length; at++) {
          const request = requests[at]
          if (!request || (method !== undefined && request.method !== method)) continue
          given = at + 1
          return request
        }
        return undefined
      }),
    notify(
      subscribe,
      { state, body = '', type = 'application/pidf+xml', cseq = 1, event = 'presence', copies = 1 },
    ) {
      const branch = `z9hG4bKpeer${++branches}`
      const to = subscribe.header('to') ?? ''
      const text = [
        `NOTIFY ${/<(.*)>/.exec(subscribe.header('contact') ?? '')?.[1] ?? ''} SIP/2.0`,
        `Via: SIP/2.0/${transport.toUpperCase()} 127.0.0.1:${server.port};branch=${branch}`,
        'Max-Forwards: 70',
        `From: ${to.includes('tag=') ? to : `${to};tag=${TAG}`}`,
        `To: ${subscribe.header('from') ?? ''}`,
        `Call-ID: ${subscribe.header('call-id') ?? ''}`,
        `CSeq: ${cseq} NOTIFY`,
        `Contact: <sip:127.0.0.1:${server.port};transport=${transport}>`,
        `Event: ${event}`,
        `Subscription-State: ${state}`,
        ...(body === '' ? [] : [`Content-Type: ${type}`]),
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n')
      const before = responses.length
      for (let copy = 0; copy < copies; copy++) subscribe.raw(text)
      return when('the answer to NOTIFY', () => {
        const answers = responses.filter(({ text: answer }) => answer.includes(branch))
        return responses.length > before && answers.length >= copies ? answers[0] : undefined
      })
    },
    raw: (bytes) => {
      last(bytes)
    },
    hangUp: server.hangUp,
    close: server.close,
  }
}

function asRequest(message: PeerMessage, reply: Reply): PeerRequest {
  return {
    ...message,
    raw: reply,
    respond(status, reason, ...lines) {
      const to = message.header('to') ?? ''
      const copied = ['via', 'from', 'call-id', 'cseq'].flatMap((name) =>
        message.headers(name).map((value) => `${name}: ${value}`),
      )
      const all = [
        `SIP/2.0 ${status} ${reason}`,
        ...copied,
        `To: ${to.includes('tag=') ? to : `${to};tag=${TAG}`}`,
        ...lines,
        'Content-Length: 0',
        '',
        '',
      ]
      reply(all.join('\r\n'))
    },
  }
}

function readMessage(text: string): PeerMessage {
  const blank = text.indexOf('\r\n\r\n')
  const [startLine = '', ...lines] = text.slice(0, blank).split('\r\n')
  const fields = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  const headers = (name: string) =>
    fields.filter(([field]) => field === name).map(([, value]) => value)
  return {
    text,
    startLine,
    method: startLine.split(' ')[0] ?? '',
    body: text.slice(blank + 4),
    header: (name) => headers(name)[0],
    headers,
  }
}

interface Listening {
  readonly port: number
  readonly hangUp: () => void
  readonly close: () => Promise<void>
}

async function listenUdp(
  port: number,
  take: (text: string, reply: Reply) => void,
): Promise<Listening> {
  const socket = createSocket('udp4')
  socket.on('message', (bytes, from) => {
    take(bytes.toString(), (text) => {
      socket.send(text, from.port, from.address)
    })
  })
  socket.bind(port, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    hangUp: () => undefined,
    close: () =>
      new Promise((resolve) => {
        socket.close(() => {
          resolve()
        })
      }),
  }
}

async function listenTcp(
  port: number,
  take: (text: string, reply: Reply) => void,
): Promise<Listening> {
  const connections = new Set<Socket>()
  const server = createServer((socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
    socket.on('error', () => undefined)
    let held = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      held = (held + chunk).replace(/^(?:\r\n)+/, '')
      for (;;) {
        const blank = held.indexOf('\r\n\r\n')
        const length = Number(/^content-length:\s*(\d+)/im.exec(held)?.[1] ?? 0)
        if (blank < 0 || held.length < blank + 4 + length) return
        const text = held.slice(0, blank + 4 + length)
        held = held.slice(blank + 4 + length)
        take(text, (bytes) => socket.write(bytes))
      }
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const hangUp = () => {
    for (const connection of connections) connection.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    hangUp,
    close: async () => {
      hangUp()
      server.close()
      await once(server, 'close')
    },
  }
}
