/** Iq router: requests to the handler of their kind, each answered once. RFC 6120 §8.2.3. */
import { attributeOf, elementsOf, type XmlElement } from '../../core/documents/xml-element.ts'
import { StanzaError } from '../stanza-error.ts'
import { stanza } from '../stanza.ts'
import type { IqHandler } from '../streams.ts'
import type { Addressed, Route } from './route.ts'

interface IqRouterOptions {
  readonly iqs: readonly IqHandler[]
  readonly send: (stanza: XmlElement) => void
  /** Sends the error that an iq is answered with. */
  readonly answer: (refused: XmlElement, error: unknown) => void
}

/** So many wait for their answers at once; more would make a queue without end. */
const MOST_UNANSWERED = 1000

export function createIqRouter({ iqs, send, answer }: IqRouterOptions): Route {
  const handlers = new Map(iqs.map((handler) => [kind(handler.type, handler), handler]))
  let unanswered = 0

  async function later(asked: Addressed, result: Promise<XmlElement | undefined>) {
    unanswered++
    try {
      send(resultOf(asked, await result))
    } catch (error) {
      answer(asked.stanza, error)
    } finally {
      unanswered--
    }
  }

  return (asked) => {
    const { from, to, type, stanza: iq } = asked
    // What answers a request of ours was taken before, or comes too late.
    if (type === 'result' || type === 'error') return
    if (type !== 'get' && type !== 'set') throw new StanzaError('bad-request', 'modify')
    const [child, second] = elementsOf(iq)
    // A request has exactly one child, and an id. RFC 6120 §8.2.3
    if (!child || second || attributeOf(iq, 'id') === undefined) {
      throw new StanzaError('bad-request', 'modify')
    }
    const handler = handlers.get(kind(type, child))
    // RFC 6120 §8.4
    if (!handler) throw new StanzaError('service-unavailable', 'cancel')
    if (unanswered >= MOST_UNANSWERED) throw new StanzaError('resource-constraint', 'wait')
    const result = handler.answer({ from, to, child })
    if (result instanceof Promise) void later(asked, result)
    else send(resultOf(asked, result))
  }
}

function kind(type: string, { namespace, name }: { namespace: string; name: string }): string {
  return `${type} ${name} ${namespace}`
}

function resultOf({ stanza: iq }: Addressed, child: XmlElement | undefined): XmlElement {
  const [from = '', to = '', id = ''] = ['to', 'from', 'id'].map((name) => attributeOf(iq, name))
  return stanza('iq', { from, to, type: 'result', id }, child && [child])
}
