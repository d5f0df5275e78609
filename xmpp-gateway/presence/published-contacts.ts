/** Published contacts: of each XMPP contact one document, anew when he shows something else. RFC 8048 §6.2. */
import { serializePidf } from '../../core/documents/pidf.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { PresenceSource } from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { Pair, Pairs } from '../pair.ts'
import { createPacing } from './pacing.ts'
import { pidfOfPresence, type GoneResource } from './pidf-of-presence.ts'
import { seenResources, wordsOf } from './seen-resources.ts'

interface PublishedContactsOptions {
  readonly pairs: Pick<Pairs, 'ofContact'>
  readonly source: Pick<PresenceSource, 'publish'>
  readonly clock: Clock
  readonly log: Log
}

export interface PublishedContacts {
  /** Publishes what the contact shows now, unless it is what he showed before. */
  review(contact: Aor): void
  /** What a resource says as it goes. */
  takeLeave(contact: Aor, leaving: GoneResource): void
  close(): void
}

/** Milliseconds between two documents, unless the contact comes or goes. */
const INTERVAL = 1_000

/** What was published of a contact. */
interface Published {
  /** What each resource said. */
  readonly words: ReadonlyMap<string, string>
  /** Those of them that have said why they go, since. */
  readonly leaving: Map<string, GoneResource>
}

export function createPublishedContacts(options: PublishedContactsOptions): PublishedContacts {
  const { pairs, source, clock, log } = options
  const published = new Map<Aor, Published>()
  const pacing = createPacing<Aor>({ interval: INTERVAL, tell: publish, clock, log })

  /** Directed presence without a subscription is for the moment, and nothing that watchers hear of. RFC 6121 §4.6 */
  const approving = (contact: Aor) => [...pairs.ofContact(contact)].filter(isApproved)
  const wordsBefore = (contact: Aor) => published.get(contact)?.words ?? NO_WORDS

  function publish(contact: Aor): boolean {
    const seen = approving(contact)
    if (seen.length === 0) return withdraw(contact)
    const resources = seenResources(seen, wordsBefore(contact))
    const words = new Map(resources.map((one) => [one.resource, wordsOf(one)]))
    const before = published.get(contact)
    if (before && isSame(before.words, words)) return false
    published.set(contact, { words, leaving: new Map() })
    const gone = before ? goneSince(before, words) : []
    source.publish(contact, serializePidf(pidfOfPresence(contact, resources, gone)))
    return true
  }

  function withdraw(contact: Aor): boolean {
    if (published.delete(contact)) source.publish(contact, undefined)
    return false
  }

  return {
    review(contact) {
      const isHome = approving(contact).some(({ resources }) => resources.size > 0)
      if (isHome === wordsBefore(contact).size > 0) pacing.ask(contact)
      else pacing.hurry(contact)
    },
    takeLeave(contact, leaving) {
      const before = published.get(contact)
      if (before?.words.has(leaving.resource)) before.leaving.set(leaving.resource, leaving)
    },
    close: pacing.close,
  }
}

const NO_WORDS: ReadonlyMap<string, string> = new Map()

const isApproved = ({ record }: Pair) => record.to === 'granted'

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, words]) => b.get(name) === words)
}

/** A resource that goes is told once as closed, with what it said last. RFC 8048 §6.2 note 5 */
function goneSince(before: Published, now: ReadonlyMap<string, string>): GoneResource[] {
  const silent = [...before.words.keys()].filter((name) => !before.leaving.has(name))
  const gone = silent.map((resource): GoneResource => ({ resource, statuses: [] }))
  return [...gone, ...before.leaving.values()].filter(({ resource }) => !now.has(resource))
}
