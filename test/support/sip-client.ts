/** A SIP peer of bare sockets: sends text as it is, waits for messages that match. Over every transport on loopback. */
import { openWire, type SipClientTransport } from './sip-wires.ts'

export interface SipText {
  readonly startLine: string
  /** Of a request; empty in a response. */
  readonly method: string
  /** Of a response; 0 in a request. */
  readonly status: number
  readonly body: string
  /** The octets of the body, which may be no text. */
  readonly content: Buffer
  readonly text: string
  /** The first line of that name. */
  header(name: string): string | undefined
  headers(name: string): string[]
}

export interface SipClient {
  readonly port: number
  readonly transport: SipClientTransport
  /** Text goes as UTF-8. */
  readonly send: (message: string | Buffer) => void
  /** The next message that matches and was not taken before. Rejects after two seconds, or as many milliseconds as are said. */
  readonly receive: (
    matches: (message: SipText) => boolean,
    what?: string,
    patience?: number,
  ) => Promise<SipText>
  /** Messages that nobody has taken. */
  readonly untaken: () => readonly SipText[]
  readonly close: () => Promise<void>
}

const PATIENCE_MS = 2_000

export async function openSipClient(
  serverPort: number,
  transport: SipClientTransport = 'UDP',
): Promise<SipClient> {
  const inbox = createInbox()
  const wire = await openWire[transport](serverPort, inbox.add)
  return { ...wire, transport, receive: inbox.receive, untaken: inbox.untaken }
}

interface Inbox {
  readonly add: (bytes: Buffer) => void
  readonly receive: SipClient['receive']
  readonly untaken: SipClient['untaken']
}

interface Waiter {
  readonly matches: (message: SipText) => boolean
  readonly take: (message: SipText) => void
}

function createInbox(): Inbox {
  const messages: SipText[] = []
  const waiters: Waiter[] = []
  return {
    add(bytes: Buffer): void {
      if (bytes.toString('latin1').trim() === '') return
      const message = readSipText(bytes)
      const waiter = waiters.findIndex(({ matches }) => matches(message))
      if (waiter < 0) messages.push(message)
      else waiters.splice(waiter, 1)[0]?.take(message)
    },
    untaken: () => messages,
    receive(matches, what = 'a message', patience = PATIENCE_MS) {
      const found = messages.findIndex(matches)
      const here = found < 0 ? undefined : messages.splice(found, 1)[0]
      if (here) return Promise.resolve(here)
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          matches,
          take: (message) => {
            clearTimeout(timer)
            resolve(message)
          },
        }
        const timer = setTimeout(() => {
          waiters.splice(waiters.indexOf(waiter), 1)
          const others = messages.map(({ startLine }) => startLine).join('; ')
          reject(new Error(`${what} did not come; untaken: ${others}`))
        }, patience)
        waiters.push(waiter)
      })
    },
  }
}

export function readSipText(bytes: Buffer): SipText {
  const text = bytes.toString('utf8')
  const end = text.indexOf('\r\n\r\n')
  const head = end < 0 ? text : text.slice(0, end)
  const content = end < 0 ? Buffer.alloc(0) : bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
  const [startLine = '', ...lines] = head.split('\r\n')
  const headers = (name: string) =>
    lines
      .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      .map((line) => line.slice(line.indexOf(':') + 1).trim())
  const status = /^SIP\/2\.0 (\d{3})/.exec(startLine)?.[1]
  return {
    startLine,
    method: status === undefined ? (startLine.split(' ')[0] ?? '') : '',
    status: Number(status ?? 0),
    body: content.toString('utf8'),
    content,
    text,
    header: (name) => headers(name)[0],
    headers,
  }
}
