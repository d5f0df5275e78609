/** The publications of every resource, with their bounds and their expiry. RFC 3903 §4.2, §8.3. */
import type { Clock } from '../core/model/clock.ts'
import type { PublicationRecord } from '../core/model/event-state.ts'
import { createExpiryQueue } from './expiry-queue.ts'
import { createLatelyEnded } from './explanation/lately-ended.ts'
import type { AgentLimits } from './limits.ts'
import type { Publication, Resource } from './resource.ts'
import type { Resources } from './resources.ts'

export interface Publications {
  /** Whether one more may be kept. */
  hasRoom(): boolean
  /** Those that must make room before the resource takes this one, perhaps in the place of `current`. */
  surplus(
    resource: Resource,
    next: Publication,
    current: Publication | undefined,
  ): readonly Publication[]
  add(resource: Resource, publication: Publication): void
  /** For another in its place. */
  remove(resource: Resource, publication: Publication): void
  /** For good. */
  end(resource: Resource, publication: Publication): void
  /** When the last one left that is not there any more: milliseconds since the epoch. */
  endedAt(resource: Pick<Resource, 'eventPackage' | 'presentity'>): number | undefined
  stop(): void
}

export function newPublication(record: PublicationRecord, state?: unknown): Publication {
  return { record, isOwn: true, state, dueAt: record.expiresAt, place: -1 }
}

/** Milliseconds that whoever looks after it has to say that it was refreshed. */
const TOLERANCE = 1_000

/** One that another member looks after. */
export function publicationElsewhere(record: PublicationRecord, dueAt = record.expiresAt) {
  return { ...newPublication(record), isOwn: false, dueAt: dueAt + TOLERANCE }
}

const NOTHING: readonly Publication[] = []

interface PublicationsOptions {
  readonly resources: Resources
  readonly clock: Clock
  readonly limits: AgentLimits
  readonly expired: (publications: readonly Publication[]) => void
}

export function createPublications(options: PublicationsOptions): Publications {
  const { resources, clock, limits, expired } = options
  const expiry = createExpiryQueue<Publication>(clock, expired)
  const lately = createLatelyEnded<number>()
  let count = 0

  function remove(resource: Resource, publication: Publication): void {
    if (!resource.publications.delete(publication.record.tag)) return
    resource.revision++
    if (publication.isOwn) count--
    expiry.remove(publication)
    resources.release(resource)
  }

  return {
    hasRoom: () => count < limits.publications,
    surplus: (resource, next, current) => surplus(resource, next, current, limits),
    add(resource, publication) {
      resource.publications.set(publication.record.tag, publication)
      resource.revision++
      if (publication.isOwn) count++
      expiry.add(publication)
    },
    remove,
    end(resource, publication) {
      remove(resource, publication)
      if (resource.publications.size === 0) lately.note(nameOf(resource), clock.now())
    },
    endedAt: (resource) => lately.of(nameOf(resource)),
    stop() {
      expiry.stop()
    },
  }
}

function surplus(
  { publications }: Resource,
  next: Publication,
  current: Publication | undefined,
  limits: AgentLimits,
): readonly Publication[] {
  if (publications.size === (current ? 1 : 0)) return NOTHING
  const others = [...publications.values()].filter((one) => one !== current)
  others.sort((a, b) => a.dueAt - b.dueAt)
  let bytes = others.reduce((sum, one) => sum + size(one), size(next))
  let kept = others.length
  return others.filter((one) => {
    if (kept < limits.publicationsPerPresentity && bytes <= 2 * limits.publishedBytes) return false
    kept--
    bytes -= size(one)
    return true
  })
}

function nameOf({
  eventPackage,
  presentity,
}: Pick<Resource, 'eventPackage' | 'presentity'>): string {
  return `${eventPackage.name} ${presentity}`
}

function size({ record }: Publication): number {
  return record.body.length
}
