/** Stanza counts: what came and went since the gateway was made, by kind, for the operator. RFC 6120 §8. */
import { attributeOf, type XmlElement } from '../../core/documents/xml-element.ts'
import type { RunningStreams } from './create-streams.ts'

export interface StanzaCounts {
  /** By name, those of type `error` under `error`; requests of ours and what answers them are not among them. */
  readonly received: Readonly<Record<string, number>>
  /** What waits for a stream counts, too. */
  readonly sent: Readonly<Record<string, number>>
  /** Requests of ours by the namespace of what they ask for. */
  readonly requests: Readonly<Record<string, RequestCounts>>
}

interface RequestCounts {
  made: number
  /** Answered with an error, or not at all. */
  failed: number
}

/** Hands everything on as it is. */
export function countSent(streams: RunningStreams, counts: CountedStanzas): RunningStreams {
  return {
    ...streams,
    send(stanza) {
      counts.takeSent(stanza)
      streams.send(stanza)
    },
    async request(asked, timeout) {
      const count = counts.requestsOf(asked.child.namespace)
      count.made++
      try {
        return await streams.request(asked, timeout)
      } catch (error) {
        count.failed++
        throw error
      }
    },
  }
}

export interface CountedStanzas {
  readonly counts: StanzaCounts
  takeReceived(stanza: XmlElement): void
  takeSent(stanza: XmlElement): void
  requestsOf(namespace: string): RequestCounts
}

const NAMES = ['presence', 'message', 'iq']

export function createStanzaCounts(): CountedStanzas {
  const [received, sent] = [zeros(), zeros()]
  const requests: Record<string, RequestCounts> = {}
  return {
    counts: { received, sent, requests },
    takeReceived: (stanza) => {
      count(received, stanza)
    },
    takeSent: (stanza) => {
      count(sent, stanza)
    },
    requestsOf: (namespace) => (requests[namespace] ??= { made: 0, failed: 0 }),
  }
}

function zeros(): Record<string, number> {
  return Object.fromEntries([...NAMES, 'error', 'other'].map((name) => [name, 0]))
}

function count(counts: Record<string, number>, stanza: XmlElement): void {
  const isError = attributeOf(stanza, 'type') === 'error'
  // Names are the server's, and only those that there can be have a count.
  const name = isError ? 'error' : NAMES.includes(stanza.name) ? stanza.name : 'other'
  counts[name] = (counts[name] ?? 0) + 1
}
