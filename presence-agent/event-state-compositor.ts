/** Event state compositor: accepts PUBLISH. RFC 3903 §6. */
import type { Clock } from '../core/model/clock.ts'
import { entityTag, newEntityTag, type EntityTag } from '../core/model/entity-tag.ts'
import type { PublicationRecord } from '../core/model/event-state.ts'
import { detachedText } from '../core/sip/octet-text.ts'
import type { Flow, IncomingRequest } from '../core/sip/sip-endpoint.ts'
import type { SipMessage } from '../core/sip/sip-message.ts'
import type { Aor } from '../core/uri/aor.ts'
import { answer } from './answer.ts'
import { grantedDuration, type DurationBounds } from './duration.ts'
import type { EventPackage, PublishedDocument, PublishedPackage } from './event-package.ts'
import type { EventPackages } from './event-packages.ts'
import type { AgentLimits } from './limits.ts'
import { newPublication, type Publications } from './publications.ts'
import { isOfTrustedPeer, publishedPresentity } from './publisher.ts'
import { messageContent } from './message-content.ts'
import { badRequest, conditionalRequestFailed, serviceUnavailable } from './refusal.ts'
import type { AdmittedRequest } from './request-admission.ts'
import type { Publication, Resource } from './resource.ts'
import type { Resources } from './resources.ts'
import type { Turn } from './turn-batch.ts'

export interface EventStateCompositor {
  readonly publish: (admitted: AdmittedRequest, turn: Turn) => void
}

interface CompositorParts {
  readonly packages: EventPackages
  readonly resources: Resources
  readonly publications: Publications
  readonly durations: DurationBounds
  readonly limits: AgentLimits
  readonly clock: Clock
  /** The resource's state is another one: its watchers are to hear of it. */
  readonly changed: (resource: Resource) => void
}

/** What a PUBLISH asks for, once it is known to be right. */
interface PublishRequest {
  readonly presentity: Aor
  readonly eventPackage: PublishedPackage
  /** The publication that SIP-If-Match names. */
  readonly current: Publication | undefined
  /** Seconds. */
  readonly duration: number
  /** Undefined: a refresh, or a removal. */
  readonly published: PublishedBody | undefined
}

interface PublishedBody extends PublishedDocument {
  /** Whose software sent it from where. */
  readonly source: string
}

export function createEventStateCompositor(parts: CompositorParts): EventStateCompositor {
  const { publications, clock, changed } = parts
  return {
    publish(admitted, turn) {
      const wanted = understand(parts, admitted)
      const { current, duration, published } = wanted
      if (!current && duration > 0 && !publications.hasRoom()) throw serviceUnavailable()
      // A new tag every time, for refresh and removal too. RFC 3903 §6 step 6
      const tag = newEntityTag()
      const resource = parts.resources.obtain(wanted.eventPackage, wanted.presentity)
      const next =
        duration > 0 ? publication(accepted(wanted), resource, tag, clock.now()) : undefined
      replace(parts, resource, { current, next }, turn)
      const headers = `SIP-ETag: ${tag}\r\nExpires: ${duration}\r\n`
      answer(turn, admitted.request, { status: 200, headers })
      const refreshed = current && next && !published
      const nothingStored = !current && !next
      if (refreshed || nothingStored) return
      turn.afterwards(() => {
        changed(resource)
      })
    },
  }
}

/** The steps of RFC 3903 §6, in their order. */
function understand(parts: CompositorParts, admitted: AdmittedRequest): PublishRequest {
  const { message } = admitted.request
  const presentity = publishedPresentity(admitted)
  const eventPackage = parts.packages.publishedIn(message)
  const current = currentPublication(parts, presentity, eventPackage, message)
  const asked = message.header('expires')
  const bounds = isOfTrustedPeer(admitted) ? peerDurations(parts.durations) : parts.durations
  const duration = grantedDuration(asked, eventPackage.defaultDuration, bounds)
  const removal = current !== undefined && duration === 0
  const published = removal ? undefined : readBody(admitted.request, eventPackage, parts.limits)
  // Nothing to publish and nothing to refresh: 400. RFC 3903 §6 step 5
  if (!published && !current) throw badRequest('Nothing Published')
  return { presentity, eventPackage, current, duration, published }
}

function currentPublication(
  { resources }: CompositorParts,
  presentity: Aor,
  eventPackage: EventPackage,
  message: SipMessage,
): Publication | undefined {
  const tag = ifMatch(message)
  if (tag === undefined) return undefined
  const current = resources.find(eventPackage.name, presentity)?.publications.get(tag)
  // An unknown tag can be neither refreshed, modified nor removed: 412. RFC 3903 §6 step 3
  if (!current) throw conditionalRequestFailed()
  return current
}

function readBody(
  { message, flow }: IncomingRequest,
  eventPackage: PublishedPackage,
  { publishedBytes }: AgentLimits,
): PublishedBody | undefined {
  const content = messageContent(message, [eventPackage.contentType], publishedBytes)
  if (!content) return undefined
  const { text } = content
  const reading = eventPackage.readPublication(text)
  if ('problem' in reading) throw badRequest(`Bad Document: ${reading.problem}`)
  return { text, state: reading.state, source: sourceOf(message, flow) }
}

/** Octets of a User-Agent that are kept. */
const LONGEST_USER_AGENT = 60

function sourceOf(message: SipMessage, { transport, remoteAddress, remotePort }: Flow): string {
  const software = message.header('user-agent')?.slice(0, LONGEST_USER_AGENT) ?? ''
  return detachedText(`${software} ${transport} ${remoteAddress}:${remotePort}`)
}

/** The package may keep something else than what was published. */
function accepted(wanted: PublishRequest): PublishRequest {
  const { presentity, eventPackage, current, published } = wanted
  if (!published || !eventPackage.accept) return wanted
  const kept = eventPackage.accept(published, { presentity, before: current })
  return { ...wanted, published: { ...published, ...kept } }
}

/** Memory first, so that the next request of the turn sees it; undone if the store fails. */
function replace(
  { resources, publications }: CompositorParts,
  resource: Resource,
  { current, next }: { current: Publication | undefined; next: Publication | undefined },
  turn: Turn,
): void {
  if (!next) {
    if (current) remove(publications, resource, current, turn)
    resources.release(resource)
    return
  }
  for (const gone of publications.surplus(resource, next, current)) {
    remove(publications, resource, gone, turn)
  }
  if (current) publications.remove(resource, current)
  publications.add(resource, next)
  // What it replaces has the same name in the store.
  const replaced = current ? { replaces: current.record.tag } : undefined
  turn.write({ put: 'publication', record: next.record, ...replaced }, () => {
    publications.remove(resource, next)
    if (current) publications.add(resource, current)
  })
}

function remove(
  publications: Publications,
  resource: Resource,
  publication: Publication,
  turn: Turn,
): void {
  const { presentity, eventPackage, id, tag } = publication.record
  publications.end(resource, publication)
  turn.write({ remove: 'publication', presentity, eventPackage, id, replaces: tag }, () => {
    publications.add(resource, publication)
  })
}

/** Kamailio publishes the end of a call for ten seconds, and takes 423 for an error: the lamp would stay lit. */
function peerDurations({ maxExpires }: DurationBounds): DurationBounds {
  return { minExpires: 1, maxExpires }
}

/** The one entity tag of SIP-If-Match. RFC 3903 §6 step 3. */
function ifMatch(message: SipMessage): EntityTag | undefined {
  const tag = message.header('sip-if-match')
  if (tag === undefined) return undefined
  const single = TOKEN.test(tag) && message.count('sip-if-match') === 1
  if (!single) throw badRequest('SIP-If-Match Names Not One Tag')
  return entityTag(tag)
}

const TOKEN = /^[\w!%*+'`~.-]+$/

function publication(
  { current, duration, published }: PublishRequest,
  { presentity, eventPackage }: Resource,
  tag: EntityTag,
  now: number,
): Publication {
  const source = published?.source ?? current?.record.source
  const facts: PublicationRecord = {
    presentity,
    eventPackage: eventPackage.name,
    id: current?.record.id ?? tag,
    tag,
    contentType: eventPackage.contentType,
    body: published?.text ?? current?.record.body ?? '',
    publishedAt: published ? now : (current?.record.publishedAt ?? now),
    expiresAt: now + duration * 1000,
  }
  const record = source === undefined ? facts : { ...facts, source }
  return newPublication(record, published ? published.state : current?.state)
}
