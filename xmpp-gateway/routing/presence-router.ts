/** Presence router: by its type. RFC 6121 §4.7.1. */
import { StanzaError } from '../stanza-error.ts'
import type { PresenceHandlers, PresenceType } from '../streams.ts'
import type { Route } from './route.ts'

const TYPES: readonly PresenceType[] = [
  'error',
  'probe',
  'subscribe',
  'subscribed',
  'unavailable',
  'unsubscribe',
  'unsubscribed',
]

export function createPresenceRouter(handlers: PresenceHandlers): Route {
  return ({ from, to, type, stanza }) => {
    const known = type === undefined ? 'available' : TYPES.find((each) => each === type)
    if (known === undefined) throw new StanzaError('bad-request', 'modify')
    handlers[known]?.({ from, to, stanza })
  }
}
