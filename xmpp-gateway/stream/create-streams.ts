/** Streams: one to the XMPP server for each SIP domain, and the requests that wait on them. XEP-0114. */
import { attributeOf, type XmlElement } from '../../core/documents/xml-element.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import { jidDomain, parseJid } from '../jid.ts'
import { createListeners } from '../listeners.ts'
import type { StreamListener, Streams } from '../streams.ts'
import type { ComponentServer } from './component-connection.ts'
import { ComponentStream } from './component-stream.ts'
import { IqRequests } from './iq-requests.ts'

export interface StreamsOptions {
  /** SIP domains, as SIP writes them. */
  readonly components: readonly string[]
  readonly server: ComponentServer
  /** Of the XMPP server, which is asked whether it lives. */
  readonly pingTo: string
  /** Takes what answers no request of ours. `domain`: of the stream that it came by. */
  readonly receive: (stanza: XmlElement, domain: string) => void
  /** Whether stanzas are written to the log. */
  readonly trace: boolean
  readonly clock: Clock
  readonly random?: () => number
  readonly log: Log
}

export interface RunningStreams extends Streams {
  readonly open: () => void
  /** What has been sent is written before. */
  readonly close: () => Promise<void>
}

/** Milliseconds. */
const PATIENCE = 10_000

export function createStreams(options: StreamsOptions): RunningStreams {
  const { components, receive, clock, random = Math.random } = options
  const requests = new IqRequests(clock)
  const listeners = createListeners<StreamListener>(options.log)
  const streams = new Map<string | undefined, ComponentStream>()
  for (const domain of components) {
    const stream = new ComponentStream({
      ...{ ...options, random },
      domain: jidDomain(domain) ?? domain,
      receive: (stanza) => {
        if (!requests.take(stanza)) receive(stanza, domain)
      },
      turned: (_, isOnline) => {
        if (!isOnline) requests.giveUp(jidDomain(domain))
        listeners.tell((listener) =>
          isOnline ? listener.online?.(domain) : listener.offline?.(domain),
        )
      },
    })
    streams.set(jidDomain(domain), stream)
  }

  function send(stanza: XmlElement): boolean {
    const from = parseJid(attributeOf(stanza, 'from') ?? '')
    // An address outside of the component's domain would end the stream. XEP-0114 §3
    const stream = from && streams.get(from.domain)
    return stream?.send(stanza) ?? false
  }

  return {
    send,
    request: (asked, timeout = PATIENCE) => requests.ask(asked, timeout, send),
    isOnline: (domain) => streams.get(jidDomain(domain))?.isOnline ?? false,
    follow: listeners.follow,
    open() {
      for (const stream of streams.values()) stream.open()
    },
    async close() {
      await Promise.all([...streams.values()].map((stream) => stream.close()))
      requests.giveUp()
    },
  }
}
