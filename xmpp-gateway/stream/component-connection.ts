/** Component connection: one attempt to be a component of the XMPP server, from TCP to the end of the stream. XEP-0114 §3. */
import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { isNamed, type XmlElement } from '../../core/documents/xml-element.ts'
import { escapeAttribute } from '../../core/documents/xml-writer.ts'
import type { Cancel, Clock } from '../../core/model/clock.ts'
import { STANZA_NAMESPACE } from '../stanza.ts'
import {
  readStreamError,
  StreamError,
  STREAMS_NAMESPACE,
  writeStreamError,
} from './stream-error.ts'
import { StreamReader } from './stream-reader.ts'

export interface ComponentServer {
  readonly host: string
  readonly port: number
  readonly secret: string
}

export interface ConnectionOptions {
  readonly domain: string
  readonly server: ComponentServer
  readonly clock: Clock
  readonly hears: ConnectionListener
}

export interface ConnectionListener {
  /** The handshake was accepted. */
  online(): void
  stanza(stanza: XmlElement): void
  /** Once, whatever happened; nothing is heard after it. */
  ended(reason: EndOfConnection): void
}

export interface EndOfConnection {
  /** What an operator reads. */
  readonly text: string
  /** The stream error that the server ended it with, or we. */
  readonly condition?: string
  /** The server does not want this component, or not with this secret. */
  readonly isRefusal: boolean
}

type State = 'connecting' | 'opening' | 'authenticating' | 'online' | 'ended'
type Step = 'connected' | 'header' | 'handshake'

/** XEP-0114 §3, examples 1 to 4. */
const NEXT: Readonly<Record<State, Partial<Record<Step, State>>>> = {
  connecting: { connected: 'opening' },
  opening: { header: 'authenticating' },
  authenticating: { handshake: 'online' },
  online: {},
  ended: {},
}

/** Milliseconds from the first packet to the handshake. */
const LONGEST_OPENING = 15_000
/** Milliseconds for the other side to close its stream. RFC 6120 §4.4 */
const LONGEST_CLOSING = 2_000
/** Nothing is read while so many bytes wait to be written: who takes nothing is answered nothing. */
const PAUSE_READING = 1024 * 1024
/** Who leaves so many bytes lie is as good as dead, and is told everything anew when it lives again. */
const MOST_UNWRITTEN = 64 * 1024 * 1024

/** What refuses the component itself rather than this attempt. RFC 6120 §4.9.3 */
const REFUSALS = [
  'not-authorized',
  'host-unknown',
  'host-gone',
  'invalid-namespace',
  'invalid-from',
]

export class ComponentConnection {
  readonly #domain: string
  readonly #server: ComponentServer
  readonly #clock: Clock
  readonly #hears: ConnectionListener
  readonly #socket: Socket
  readonly #reader: StreamReader
  readonly #cancelOpening: Cancel
  #state: State = 'connecting'
  #isCorked = false
  #heardAt: number

  constructor({ domain, server, clock, hears }: ConnectionOptions) {
    this.#domain = domain
    this.#server = server
    this.#clock = clock
    this.#hears = hears
    this.#heardAt = clock.now()
    this.#reader = new StreamReader({
      header: (attributes) => {
        this.#authenticate(attributes.get('id') ?? '')
      },
      element: (element) => {
        this.#element(element)
      },
      footer: () => {
        this.#end({ text: 'the server closed the stream', isRefusal: false })
      },
    })
    this.#cancelOpening = clock.after(LONGEST_OPENING, () => {
      this.fail(new StreamError('connection-timeout', 'the server did not answer in time'))
    })
    const { host, port } = server
    this.#socket = connect({ host, port, noDelay: true, keepAlive: true })
    this.#followSocket()
  }

  /** Milliseconds since the epoch, when something was received last. */
  get heardAt(): number {
    return this.#heardAt
  }

  /** To a connection that is online. */
  write(text: string): void {
    const socket = this.#socket
    this.#cork()
    if (!socket.write(text) && socket.writableLength > PAUSE_READING) socket.pause()
    if (socket.writableLength > MOST_UNWRITTEN) {
      this.fail(new StreamError('resource-constraint', 'the server does not read what it is sent'))
      // It will not take the rest either.
      socket.destroy()
    }
  }

  /** Writes what is queued, closes the stream and waits a moment for the other side to do so. */
  async close(): Promise<void> {
    const socket = this.#socket
    const closed = new Promise<void>((resolve) => {
      if (socket.closed) resolve()
      else socket.once('close', resolve)
    })
    this.#end({ text: 'closed by us', isRefusal: false })
    await closed
  }

  /** Ends it because of what the other side did. */
  fail({ condition, message }: StreamError): void {
    this.#end({ text: message, condition, isRefusal: false }, writeStreamError(condition))
  }

  #followSocket(): void {
    const socket = this.#socket
    socket.on('connect', () => {
      if (this.#state !== 'ended') this.#open()
    })
    socket.on('data', (bytes) => {
      if (this.#state !== 'ended') this.#receive(bytes)
    })
    socket.on('drain', () => {
      socket.resume()
    })
    socket.on('error', ({ message }) => {
      this.#end({ text: message, isRefusal: false })
    })
    socket.on('close', () => {
      this.#end({ text: 'the connection was closed', isRefusal: false })
    })
  }

  #open(): void {
    this.#step('connected')
    this.#socket.write(header(this.#domain))
  }

  #authenticate(streamId: string): void {
    this.#step('header')
    this.#socket.write(handshake(streamId, this.#server.secret))
  }

  #receive(bytes: Uint8Array): void {
    this.#heardAt = this.#clock.now()
    try {
      this.#reader.write(bytes)
    } catch (error) {
      this.fail(asStreamError(error))
    }
  }

  #element(received: XmlElement): void {
    // The rest of what came together with the end says nothing any more.
    if (this.#state === 'ended') return
    if (isNamed(received, STREAMS_NAMESPACE, 'error')) this.#refused(received)
    else if (this.#state === 'online') this.#hears.stanza(received)
    else if (isNamed(received, STANZA_NAMESPACE, 'handshake')) this.#accepted()
  }

  #accepted(): void {
    this.#step('handshake')
    this.#cancelOpening()
    this.#hears.online()
  }

  #refused(error: XmlElement): void {
    const { condition, text } = readStreamError(error)
    const isRefusal = this.#state !== 'online' && REFUSALS.includes(condition)
    this.#end({ text: text || condition, condition, isRefusal })
  }

  #step(taken: Step): void {
    const next = NEXT[this.#state][taken]
    if (!next) throw new StreamError('policy-violation', `${taken} while ${this.#state}`)
    this.#state = next
  }

  /** What is queued is written before. Whoever does not close its side then is cut off. */
  #end(reason: EndOfConnection, lastWords = ''): void {
    const socket = this.#socket
    const before = this.#state
    if (before === 'ended') return
    this.#state = 'ended'
    this.#cancelOpening()
    if (before === 'connecting' || socket.destroyed) socket.destroy()
    else socket.end(`${lastWords}</stream:stream>`)
    // The other side's end must be read to be noticed.
    socket.resume()
    const cancel = this.#clock.after(LONGEST_CLOSING, () => socket.destroy())
    socket.once('close', cancel)
    this.#hears.ended(reason)
  }

  /** What one turn of the event loop says leaves as one packet. */
  #cork(): void {
    if (this.#isCorked) return
    this.#isCorked = true
    this.#socket.cork()
    process.nextTick(() => {
      this.#isCorked = false
      this.#socket.uncork()
    })
  }
}

function header(domain: string): string {
  const namespaces = `xmlns="${STANZA_NAMESPACE}" xmlns:stream="${STREAMS_NAMESPACE}"`
  return `<?xml version="1.0"?><stream:stream ${namespaces} to="${escapeAttribute(domain)}">`
}

/** SHA-1 of the stream's id and the secret, in lower-case hexadecimal. XEP-0114 §3 */
function handshake(id: string, secret: string): string {
  const digest = createHash('sha1').update(id + secret)
  return `<handshake>${digest.digest('hex')}</handshake>`
}

function asStreamError(error: unknown): StreamError {
  return error instanceof StreamError
    ? error
    : new StreamError('internal-server-error', String(error))
}
