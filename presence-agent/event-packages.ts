/** The event packages that this agent knows, and which of them a request names. RFC 6665 §4.2.1.1, §8.2.1. */
import { parseEvent, type EventField } from '../core/sip/event.ts'
import type { SipMessage } from '../core/sip/sip-message.ts'
import type { EventPackage, PublishedPackage } from './event-package.ts'
import { badEvent } from './refusal.ts'

export interface EventPackages {
  readonly all: readonly EventPackage[]
  readonly published: readonly PublishedPackage[]
  /** For Allow-Events. */
  readonly names: string
  /** For Accept: what is published. */
  readonly contentTypes: string
  find(name: string): EventPackage | undefined
  /** Names of those whose state is made of this one's too. */
  followers(name: string): readonly string[]
  /** The package that the Event header field names; 489 when there is none, or an unknown one. */
  of(message: SipMessage): { readonly eventPackage: EventPackage; readonly event: EventField }
  /** The one that a PUBLISH names; 489 too when nothing is published in it. RFC 3903 §6 step 2. */
  publishedIn(message: SipMessage): PublishedPackage
}

/** `lists`: found by name, but not by what an Event header field names. */
export function createEventPackages(
  all: readonly EventPackage[],
  lists: readonly EventPackage[] = [],
): EventPackages {
  const published = all.filter((one) => 'readPublication' in one)
  const byName = new Map([...all, ...lists].map((one) => [one.name, one]))

  const followers = new Map(all.map(({ name }) => [name, followersOf(name, published)]))

  /** `candidates`: those that the request may name. */
  function named<P extends EventPackage>(message: SipMessage, candidates: readonly P[]) {
    const event = parseEvent(message.header('event') ?? '')
    const eventPackage = event && candidates.find(({ name }) => name === event.package)
    if (!eventPackage) throw badEvent(namesOf(candidates))
    return { eventPackage, event }
  }

  return {
    all,
    published,
    names: namesOf(all),
    contentTypes: published.map(({ contentType }) => contentType).join(', '),
    find: (name) => byName.get(name),
    followers: (name) => followers.get(name) ?? NOBODY,
    of: (message) => named(message, all),
    publishedIn: (message) => named(message, published).eventPackage,
  }
}

const NOBODY: readonly string[] = []

function followersOf(name: string, published: readonly PublishedPackage[]): readonly string[] {
  return published.filter(({ follows }) => follows?.includes(name)).map((one) => one.name)
}

function namesOf(packages: readonly EventPackage[]): string {
  return packages.map(({ name }) => name).join(', ')
}
