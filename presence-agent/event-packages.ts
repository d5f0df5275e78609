/** The event packages that this agent knows, and which of them a request names. RFC 6665 §4.2.1.1, §8.2.1. */
import { parseEvent, type EventField } from '../core/sip/event.ts'
import type { SipMessage } from '../core/sip/sip-message.ts'
import type { EventPackage } from './event-package.ts'
import { badEvent } from './refusal.ts'

export interface EventPackages {
  readonly all: readonly EventPackage[]
  /** For Allow-Events. */
  readonly names: string
  /** For Accept. */
  readonly contentTypes: string
  find(name: string): EventPackage | undefined
  /** The package that the Event header field names; 489 when there is none, or an unknown one. */
  of(message: SipMessage): { readonly eventPackage: EventPackage; readonly event: EventField }
}

export function createEventPackages(all: readonly EventPackage[]): EventPackages {
  const names = all.map(({ name }) => name).join(', ')
  const contentTypes = all.map(({ contentType }) => contentType).join(', ')
  const byName = new Map(all.map((one) => [one.name, one]))
  return {
    all,
    names,
    contentTypes,
    find: (name) => byName.get(name),
    of(message) {
      const event = parseEvent(message.header('event') ?? '')
      const eventPackage = event && byName.get(event.package)
      if (!eventPackage) throw badEvent(names)
      return { eventPackage, event }
    },
  }
}
