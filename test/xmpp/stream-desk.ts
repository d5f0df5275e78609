/** Streams towards a scripted server, with a clock that the test steps. */
import { xmlElement, type XmlElement } from '../../core/documents/xml-element.ts'
import { stanza } from '../../xmpp-gateway/stanza.ts'
import { createStreams, type RunningStreams } from '../../xmpp-gateway/stream/create-streams.ts'
import { writeStanza } from '../../xmpp-gateway/stream/stanza-writer.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { createScriptedServer, type ScriptedServer, type ServerSide } from './scripted-server.ts'

export const SECRET = 'a secret'

interface LogLine {
  readonly level: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly text: string
}

export interface StreamDesk {
  readonly server: ScriptedServer
  readonly clock: ManualClock
  readonly streams: RunningStreams
  /** Stanzas that were given to the gateway, as text. */
  readonly received: readonly string[]
  /** `sip.example online` and so on. */
  readonly turned: readonly string[]
  readonly logged: readonly LogLine[]
  /** Waits until something is so that comes from the socket. */
  until(isSo: () => boolean): Promise<void>
  /** Accepts a component, and its handshake. */
  online(): Promise<ServerSide>
  close(): Promise<void>
}

export async function createStreamDesk({
  components = ['sip.example'],
  trace = false,
}: { components?: readonly string[]; trace?: boolean } = {}): Promise<StreamDesk> {
  const server = await createScriptedServer()
  const clock = createManualClock()
  const received: string[] = []
  const turned: string[] = []
  const logged: LogLine[] = []
  const write = (level: string) => (fields: LogLine['fields'], text: string) => {
    logged.push({ level, fields, text })
  }
  const streams = createStreams({
    ...{ components, trace, clock, random: () => 0.5, pingTo: 'xmpp.example' },
    server: { host: '127.0.0.1', port: server.port, secret: SECRET },
    receive: (incoming) => received.push(writeStanza(incoming)),
    log: { info: write('info'), warn: write('warn'), error: write('error'), debug: write('debug') },
  })
  streams.follow({
    online: (domain) => turned.push(`${domain} online`),
    offline: (domain) => turned.push(`${domain} offline`),
  })
  streams.open()
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise(setImmediate)
  }
  return {
    ...{ server, clock, streams, received, turned, logged, until },
    async online() {
      const side = await server.accept()
      const domain = await side.handshake(SECRET)
      await until(() => streams.isOnline(domain))
      return side
    },
    async close() {
      const closing = streams.close()
      clock.advance(2_000)
      await closing
      await server.stop()
    },
  }
}

export function presence(type?: string, to = 'bob@xmpp.example'): XmlElement {
  return stanza('presence', { from: 'alice@sip.example', to, ...(type !== undefined && { type }) })
}

/** To a full JID. */
export function ask(streams: RunningStreams, timeout?: number): Promise<XmlElement> {
  const child = xmlElement('urn:x', 'query')
  const people = { from: 'alice@sip.example', to: 'Bob@xmpp.example/a' }
  return streams.request({ type: 'get', ...people, child }, timeout)
}
