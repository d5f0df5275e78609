/** What a gateway tells of people in another network: one publication of each, which lasts as long as the gateway stands by it. RFC 8048 §6.2. */
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import { newEntityTag } from '../../core/model/entity-tag.ts'
import type { PublicationRecord } from '../../core/model/event-state.ts'
import type { Log } from '../../core/model/log.ts'
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import type { PresenceSource } from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { PublishedPackage } from '../event-package.ts'
import type { AgentLimits } from '../limits.ts'
import { newPublication, type Publications } from '../publications.ts'
import { NEVER, type Publication, type Resource } from '../resource.ts'
import type { Resources } from '../resources.ts'
import type { Turn } from '../turn-batch.ts'
import type { Turns } from '../turns.ts'

export interface NeighbourPublicationsParts {
  readonly presencePackage: PublishedPackage
  readonly resources: Resources
  readonly publications: Publications
  readonly turns: Pick<Turns, 'add'>
  /** The resource's state is another one: its watchers are to hear of it. */
  readonly changed: (resource: Resource) => void
  /** Absent: nobody else writes to the store. */
  readonly membership?:
    | { readonly readyToTell: (eventPackage: string, presentity: Aor) => MaybePromise<unknown> }
    | undefined
  readonly domains: Domains
  readonly limits: Pick<AgentLimits, 'publishedBytes'>
  readonly clock: Clock
  readonly log: Log
}

/** No entity tag that a PUBLISH could bring. */
const ID = 'the gateway'
/** Milliseconds after a restart in which it must say anew what it said before. */
const GRACE = 60_000

/** Milliseconds: no other member of the service may take it for over while the gateway stands by it. */
const LASTING = 10 * 365 * 86_400_000

export function isOfGateway({ id }: Pick<PublicationRecord, 'id'>): boolean {
  return id === ID
}

/** What it said before the restart holds until it has had time to say it again. */
export function resumedOfGateway(record: PublicationRecord, now: number): Publication {
  return { ...newPublication(record), dueAt: now + GRACE }
}

export function createNeighbourPublications(
  parts: NeighbourPublicationsParts,
): Pick<PresenceSource, 'publish'> {
  const { presencePackage, resources, turns, log } = parts

  /** Undefined: it is nothing that a PUBLISH could have brought. */
  function read(presentity: Aor, text: string): Document | undefined {
    const isTooLong = Buffer.byteLength(text) > parts.limits.publishedBytes
    const reading = isTooLong
      ? { problem: 'it is too long' }
      : presencePackage.readPublication(text)
    if ('state' in reading) return { text, state: reading.state }
    log.warn({ presentity, ...reading }, 'what the gateway tells cannot be taken')
    return undefined
  }

  return {
    publish(presentity, text) {
      const document = text === undefined ? undefined : read(presentity, text)
      // What cannot be read changes nothing.
      if (text !== undefined && !document) return
      if (!parts.domains.of(presentity)?.isNeighbour) return
      const ready = parts.membership?.readyToTell(presencePackage.name, presentity)
      const job = whenReady(ready, () => (turn: Turn) => {
        replace(parts, resources.obtain(presencePackage, presentity), document, turn)
      })
      turns.add(job, () => presentity)
    },
  }
}

interface Document {
  readonly text: string
  readonly state: unknown
}

/** Memory first, as the compositor does; undone if the store fails. */
function replace(
  parts: NeighbourPublicationsParts,
  resource: Resource,
  document: Document | undefined,
  turn: Turn,
): void {
  const { publications, clock } = parts
  const current = [...resource.publications.values()].find(({ record }) => isOfGateway(record))
  if (!document) withdraw(parts, resource, current, turn)
  else if (current?.record.body === document.text) standBy(publications, resource, current)
  else if (!current && !publications.hasRoom()) {
    parts.log.warn(
      { presentity: resource.presentity },
      'there is no room for what the gateway tells',
    )
    parts.resources.release(resource)
  } else {
    const next = publication(resource, document, clock.now())
    if (current) publications.remove(resource, current)
    publications.add(resource, next)
    const replaced = current ? { replaces: current.record.tag } : undefined
    turn.write({ put: 'publication', record: next.record, ...replaced }, () => {
      publications.remove(resource, next)
      if (current) publications.add(resource, current)
    })
    turn.afterwards(() => {
      parts.changed(resource)
    })
  }
}

function withdraw(
  { resources, publications, changed }: NeighbourPublicationsParts,
  resource: Resource,
  current: Publication | undefined,
  turn: Turn,
): void {
  if (!current) {
    resources.release(resource)
    return
  }
  const { presentity, eventPackage, id } = current.record
  publications.end(resource, current)
  turn.write({ remove: 'publication', presentity, eventPackage, id }, () => {
    publications.add(resource, current)
  })
  turn.afterwards(() => {
    changed(resource)
  })
}

/** It says the same again: nobody need hear of that. Another object, so that the end of the one before is not its own. */
function standBy(publications: Publications, resource: Resource, current: Publication): void {
  publications.remove(resource, current)
  publications.add(resource, { ...current, dueAt: NEVER })
}

function publication({ presentity, eventPackage }: Resource, document: Document, now: number) {
  const record: PublicationRecord = {
    ...{ presentity, eventPackage: eventPackage.name, id: ID, tag: newEntityTag() },
    ...{ contentType: eventPackage.contentType, body: document.text, source: ID },
    ...{ publishedAt: now, expiresAt: now + LASTING },
  }
  return { ...newPublication(record, document.state), dueAt: NEVER }
}
