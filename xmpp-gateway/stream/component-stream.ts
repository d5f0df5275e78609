/** Component stream: keeps one SIP domain connected to the XMPP server. XEP-0114; RFC 6120 §3.3. */
import { xmlElement, type XmlElement } from '../../core/documents/xml-element.ts'
import type { Cancel, Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import { PING } from '../namespaces.ts'
import { stanza } from '../stanza.ts'
import { createBackOff, type BackOff } from './back-off.ts'
import {
  ComponentConnection,
  type ComponentServer,
  type EndOfConnection,
} from './component-connection.ts'
import { createOutbox } from './outbox.ts'
import { writeStanza } from './stanza-writer.ts'
import { StreamError } from './stream-error.ts'
import { traceOf } from './stanza-trace.ts'

export interface ComponentStreamOptions {
  /** A SIP domain, as JIDs have it. */
  readonly domain: string
  readonly server: ComponentServer
  /** Of the XMPP server, which is asked whether it lives. */
  readonly pingTo: string
  readonly receive: (stanza: XmlElement, domain: string) => void
  readonly turned: (domain: string, isOnline: boolean) => void
  /** Whether stanzas are written to the log, at its level debug. */
  readonly trace: boolean
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
}

/** Servers close a stream over a stanza of 512 KiB, and with it everybody's presence. */
const LONGEST_STANZA = 256 * 1024
const MOST_KEPT = 10_000
/** ejabberd says the same of a component that it does not know. */
const REFUSED =
  'The XMPP server refuses the component: compare xmpp.component and xmpp.secret with the component and its secret there'
const UNKNOWN =
  'The XMPP server knows no such component: compare xmpp.component with the components there'
/** Milliseconds of silence until the server is asked whether it lives, and until it has died. XEP-0199 §4 */
const SILENCE = 60_000
const ANSWER = 30_000

export class ComponentStream {
  readonly #options: ComponentStreamOptions
  readonly #backOff: BackOff
  readonly #outbox = createOutbox(MOST_KEPT)
  #connection: ComponentConnection | undefined
  #isOnline = false
  #isClosed = false
  #cancelTimer: Cancel = () => undefined

  constructor(options: ComponentStreamOptions) {
    this.#options = options
    this.#backOff = createBackOff(() => options.clock.now(), options.random)
  }

  get isOnline(): boolean {
    return this.#isOnline
  }

  open(): void {
    const { domain, server, clock } = this.#options
    this.#connection = new ComponentConnection({
      domain,
      server,
      clock,
      hears: {
        online: () => {
          this.#online()
        },
        stanza: (stanza) => {
          this.#receive(stanza)
        },
        ended: (reason) => {
          this.#ended(reason)
        },
      },
    })
  }

  /** False: it is not sent, at least not now. */
  send(stanza: XmlElement): boolean {
    const { domain, log } = this.#options
    if (!this.#connection || !this.#isOnline) {
      this.#outbox.keep(stanza)
      return false
    }
    const text = writeStanza(stanza)
    const size = Buffer.byteLength(text)
    if (size > LONGEST_STANZA) {
      log.warn({ domain, stanza: stanza.name, size }, 'A stanza is too large to be sent')
      return false
    }
    this.#trace(stanza, 'XMPP out')
    this.#connection.write(text)
    return true
  }

  /** What has been sent is written before. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelTimer()
    await this.#connection?.close()
  }

  #online(): void {
    const { domain, turned, log } = this.#options
    this.#isOnline = true
    this.#backOff.succeeded()
    log.info(this.#place(), 'The XMPP server has taken the component')
    this.#watchSilence()
    for (const kept of this.#outbox.takeAll()) this.send(kept)
    turned(domain, true)
  }

  #receive(stanza: XmlElement): void {
    this.#trace(stanza, 'XMPP in')
    this.#options.receive(stanza, this.#options.domain)
  }

  #ended(reason: EndOfConnection): void {
    const { domain, turned, clock } = this.#options
    const wasOnline = this.#isOnline
    this.#isOnline = false
    this.#connection = undefined
    this.#cancelTimer()
    if (!this.#isClosed) {
      const pause = this.#backOff.pause(reason)
      this.#tell(reason, pause)
      this.#cancelTimer = clock.after(pause, () => {
        this.open()
      })
    }
    if (wasOnline) turned(domain, false)
  }

  #tell({ text, condition, isRefusal }: EndOfConnection, pause: number): void {
    const { log } = this.#options
    const again = `${Math.round(pause / 1000)}s`
    const fields = { ...this.#place(), ...(condition && { condition }), reason: text, again }
    if (!isRefusal) log.warn(fields, 'There is no stream to the XMPP server')
    else if (condition !== 'host-unknown') log.error({ ...fields, setting: 'xmpp.secret' }, REFUSED)
    else log.error({ ...fields, setting: 'xmpp.component' }, UNKNOWN)
  }

  #watchSilence(): void {
    const { clock } = this.#options
    const silent = this.#silence()
    if (silent < SILENCE) {
      this.#cancelTimer = clock.after(SILENCE - silent, () => {
        this.#watchSilence()
      })
      return
    }
    this.#ping()
    this.#cancelTimer = clock.after(ANSWER, () => {
      if (this.#silence() < SILENCE) this.#watchSilence()
      else this.#connection?.fail(new StreamError('connection-timeout', 'the server is silent'))
    })
  }

  #silence(): number {
    return this.#options.clock.now() - (this.#connection?.heardAt ?? 0)
  }

  /** Whatever it answers, it lives. */
  #ping(): void {
    const { domain: from, pingTo: to } = this.#options
    const child = xmlElement(PING, 'ping')
    this.send(stanza('iq', { from, to, type: 'get', id: 'ping' }, [child]))
  }

  #trace(stanza: XmlElement, text: string): void {
    const { trace, domain, log } = this.#options
    if (trace) log.debug({ domain, stanza: traceOf(stanza) }, text)
  }

  #place() {
    const { domain, server } = this.#options
    return { domain, host: server.host, port: server.port }
  }
}
