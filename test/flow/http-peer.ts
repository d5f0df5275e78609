/** An HTTP program of bare sockets: every octet of its requests is the test's own. */
import { connect } from 'node:net'
import { signIn } from '../xcap/support/xcap-caller.ts'

export interface HttpAnswer {
  readonly status: number
  header(name: string): string | undefined
  readonly body: Buffer
  readonly text: string
}

export interface HttpConnection {
  /** Sends text as it is; the answer to it. */
  ask(request: string): Promise<HttpAnswer>
  /** Settles when the server has closed. */
  closed(): Promise<void>
  end(): void
}

export async function openHttp(port: number): Promise<HttpConnection> {
  const socket = connect(port, '127.0.0.1')
  let received = Buffer.alloc(0)
  let wake = () => {}
  const news = () => new Promise<void>((resolve) => (wake = resolve))
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes])
    wake()
  })
  for (const event of ['connect', 'close'])
    socket.on(event, () => {
      wake()
    })
  socket.on('error', () => undefined)
  await news()
  return {
    async ask(request) {
      socket.write(request)
      for (;;) {
        const answer = readAnswer(received)
        if (answer) {
          received = received.subarray(answer.end)
          return answer
        }
        if (socket.destroyed) throw new Error(`closed without an answer to ${request}`)
        await news()
      }
    },
    async closed() {
      while (!socket.destroyed) await news()
    },
    end: () => socket.destroy(),
  }
}

/** Undefined: there is more to come. An interim answer (100) is passed over. */
function readAnswer(bytes: Buffer, start = 0): (HttpAnswer & { end: number }) | undefined {
  const head = bytes.indexOf('\r\n\r\n', start)
  if (head < 0) return undefined
  const [statusLine = '', ...lines] = bytes.toString('latin1', start, head).split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  if (status < 200) return readAnswer(bytes, head + 4)
  const fields = lines.map((line) => /^([^:]+):\s*(.*)$/.exec(line) ?? [])
  const header = (name: string) =>
    fields.find(([, field]) => field?.toLowerCase() === name.toLowerCase())?.[2]
  const end = head + 4 + Number(header('content-length') ?? 0)
  if (bytes.length < end) return undefined
  const body = bytes.subarray(head + 4, end)
  return { status, header, body, text: body.toString(), end }
}

export interface HttpCall {
  /** As it stands in the request line. */
  readonly target: string
  readonly method: string
  readonly type?: string
  readonly body?: string
  /** Further header lines. */
  readonly headers?: readonly string[]
}

/** The lines after the request line, in the order and spelling of one program. */
export type HttpHabits = (call: HttpCall, authorization: string | undefined) => readonly string[]

export type HttpPhone = (
  method: string,
  target: string,
  call?: Omit<HttpCall, 'method' | 'target'>,
) => Promise<HttpAnswer>

/**
 * A program that asks without credentials first, and again with Digest when challenged,
 * each time over a connection that the server has to close.
 */
export function createHttpPhone({
  port,
  habits,
  user,
  password,
}: {
  port: number
  habits: HttpHabits
  user: string
  password: string
}): HttpPhone {
  const once = async (call: HttpCall, authorization?: string) => {
    const connection = await openHttp(port)
    const answer = await connection.ask(writeRequest(call, habits(call, authorization)))
    await connection.closed()
    return answer
  }
  return async (method, target, parts = {}) => {
    const call = { ...parts, method, target }
    const first = await once(call)
    if (first.status !== 401) return first
    const challenge = first.header('www-authenticate') ?? ''
    return once(call, signIn({ challenge, method, target, username: user, password }))
  }
}

export function writeRequest(call: HttpCall, lines: readonly string[]): string {
  const { method, target, body = '' } = call
  return [`${method} ${target} HTTP/1.1`, ...lines, '', body].join('\r\n')
}

/** Header lines of a body: none without one. */
export function lengthLine({ body }: HttpCall): string[] {
  return body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
}
