/** A SIP domain of somebody else, behind `sip.outboundProxy`: the test says what it answers, and what it notifies. RFC 6665. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readSipText, type SipText } from '../../support/sip-client.ts'

export const FAR_DOMAIN = 'far.localhost'

export interface FarDomain {
  readonly port: number
  /** Each SUBSCRIBE once, in order; retransmissions are answered as the first was. */
  readonly subscribes: readonly SipText[]
  /** What the next ones are answered; the last for good. `null`: nothing at all. */
  answers(...wanted: readonly (Answer | null)[]): void
  /** In the dialog of that SUBSCRIBE. Gives the status that it was answered. */
  notify(subscribe: SipText, state: string, body?: string): Promise<number>
  /** The SUBSCRIBE of that number, present or to come. */
  subscribe(number: number, patience?: number): Promise<SipText>
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly headers?: readonly string[]
}

const FAR_TAG = 'far'

export async function startFarDomain(): Promise<FarDomain> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  const subscribes: SipText[] = []
  const answered = new Map<string, string | undefined>()
  const statuses = new Map<string, number>()
  let wanted: readonly (Answer | null)[] = [{ status: 200, headers: ['Expires: 3600'] }]
  let visagePort = 0
  let cseq = 0

  socket.on('message', (bytes, { port: from }) => {
    const message = readSipText(bytes)
    const key = `${message.header('call-id')} ${message.header('cseq')}`
    if (message.status > 0) {
      statuses.set(key, message.status)
      return
    }
    if (message.method !== 'SUBSCRIBE') return
    visagePort = from
    if (!answered.has(key)) {
      const [next = null, ...rest] = wanted
      if (rest.length > 0) wanted = rest
      answered.set(key, next ? answerText(message, next, port) : undefined)
      subscribes.push(message)
    }
    const text = answered.get(key)
    if (text !== undefined) socket.send(text, from, '127.0.0.1')
  })

  async function until<T>(find: () => T | undefined, what: string, patience = 10_000): Promise<T> {
    const give = Date.now() + patience
    for (;;) {
      const found = find()
      if (found !== undefined) return found
      if (Date.now() > give) throw new Error(`the far domain had no ${what}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  return {
    ...{ port, subscribes },
    answers: (...list) => {
      wanted = list
    },
    notify: async (subscribe, state, body = '') => {
      const number = ++cseq
      socket.send(notifyText(subscribe, { state, body, port, number }), visagePort, '127.0.0.1')
      const key = `${subscribe.header('call-id')} ${number} NOTIFY`
      return until(() => statuses.get(key), `answer to NOTIFY ${state}`)
    },
    subscribe: (number, patience) =>
      until(() => subscribes[number], `SUBSCRIBE number ${number}`, patience),
    close: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}

function answerText(request: SipText, { status, headers = [] }: Answer, port: number): string {
  const copied = ['Via', 'From', 'Call-ID', 'CSeq'].flatMap((name) =>
    request.headers(name).map((value) => `${name}: ${value}`),
  )
  const to = request.header('to') ?? ''
  const lines = [
    `SIP/2.0 ${status} Answer`,
    ...copied,
    `To: ${to.includes(';tag=') ? to : `${to};tag=${FAR_TAG}`}`,
    `Contact: <sip:far@127.0.0.1:${port}>`,
    ...headers,
    'Content-Length: 0',
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

function notifyText(
  subscribe: SipText,
  { state, body, port, number }: { state: string; body: string; port: number; number: number },
): string {
  const to = subscribe.header('to')?.replace(/;tag=.*/, '') ?? ''
  const lines = [
    `NOTIFY ${/<([^>]+)>/.exec(subscribe.header('contact') ?? '')?.[1] ?? ''} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bKfar${number}x${Date.now()}`,
    `From: ${to};tag=${FAR_TAG}`,
    `To: ${subscribe.header('from') ?? ''}`,
    `Call-ID: ${subscribe.header('call-id') ?? ''}`,
    `CSeq: ${number} NOTIFY`,
    'Max-Forwards: 70',
    `Contact: <sip:far@127.0.0.1:${port}>`,
    'Event: presence',
    `Subscription-State: ${state}`,
    ...(body === '' ? [] : ['Content-Type: application/pidf+xml']),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
