/** Streams in memory: keep what is sent, answer requests from a table, and go up and down as the test says. */
import type { XmlElement } from '../../core/documents/xml-element.ts'
import { StanzaError } from '../../xmpp-gateway/stanza-error.ts'
import type { MaybePromise } from '../../core/model/maybe-promise.ts'
import { writeStanza } from '../../xmpp-gateway/stream/stanza-writer.ts'
import type { IqRequest, StreamListener, Streams } from '../../xmpp-gateway/streams.ts'

export interface RecordedStreams extends Streams {
  /** Since the last time it was asked, as text: `<presence from="…" to="…"/>`. */
  takeSent(): string[]
  /** The same as trees. */
  takeStanzas(): XmlElement[]
  /** All that were made. */
  readonly requests: readonly IqRequest[]
  /** The later of two that match answers; without one nothing comes in time. Gives the `result` stanza or throws. */
  answer(to: string, namespace: string, reply: (asked: IqRequest) => MaybePromise<XmlElement>): void
  setOnline(domain: string, online: boolean): void
}

/** Every domain is online until the test says otherwise. */
export function createRecordedStreams(): RecordedStreams {
  let sent: XmlElement[] = []
  const requests: IqRequest[] = []
  const answers: {
    to: string
    namespace: string
    reply: (asked: IqRequest) => MaybePromise<XmlElement>
  }[] = []
  const listeners = new Set<StreamListener>()
  const down = new Set<string>()
  const takeStanzas = () => {
    const taken = sent
    sent = []
    return taken
  }
  return {
    requests,
    takeStanzas,
    takeSent: () => takeStanzas().map(writeStanza),
    send(stanza) {
      sent.push(stanza)
    },
    async request(asked) {
      requests.push(asked)
      const found = answers.findLast(
        ({ to, namespace }) => to === asked.to && namespace === asked.child.namespace,
      )
      await Promise.resolve()
      if (!found) throw new StanzaError('remote-server-timeout', 'wait')
      return found.reply(asked)
    },
    isOnline: (domain) => !down.has(domain),
    follow(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    answer(to, namespace, reply) {
      answers.push({ to, namespace, reply })
    },
    setOnline(domain, online) {
      if (online) down.delete(domain)
      else down.add(domain)
      for (const listener of listeners) {
        if (online) listener.online?.(domain)
        else listener.offline?.(domain)
      }
    },
  }
}
