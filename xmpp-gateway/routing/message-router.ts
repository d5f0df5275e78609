/** Message router: events to their handlers; what a person wrote is refused, since nobody here reads it. RFC 6121 §5, §8.5. */
import { elementsOf } from '../../core/documents/xml-element.ts'
import { StanzaError } from '../stanza-error.ts'
import { childOf, STANZA_NAMESPACE } from '../stanza.ts'
import type { MessageHandler } from '../streams.ts'
import type { Route } from './route.ts'

export function createMessageRouter(handlers: readonly MessageHandler[]): Route {
  return ({ from, to, type, stanza }) => {
    if (type === 'error') return
    for (const child of elementsOf(stanza)) {
      const handler = handlers.find(
        ({ namespace, name }) => child.name === name && child.namespace === namespace,
      )
      if (!handler) continue
      handler.take({ from, to, child })
      return
    }
    // A headline needs no answer; typing notices and receipts neither. RFC 6121 §8.5.2.1
    if (type !== 'headline' && childOf(stanza, STANZA_NAMESPACE, 'body')) {
      throw new StanzaError('service-unavailable', 'cancel', {
        text: 'This address has presence and pictures only',
      })
    }
  }
}
