/** Resumes the event state of before a restart: nobody is forgotten, nobody hears anything old. RFC 6665 §4.2.2. */
import type { Clock } from '../core/model/clock.ts'
import type { Domains } from '../core/model/domain.ts'
import type {
  EventStateWrite,
  PublicationRecord,
  SubscriptionRecord,
} from '../core/model/event-state.ts'
import type { EventStateStore } from '../core/model/stores.ts'
import type { WatcherProfile } from '../core/model/watcher-profile.ts'
import type { Aor } from '../core/uri/aor.ts'
import { newBinding, type Bindings } from './registration/bindings.ts'
import type { Endings } from './endings.ts'
import type { EventPackage } from './event-package.ts'
import type { EventPackages } from './event-packages.ts'
import { isOfGateway, resumedOfGateway } from './neighbour/neighbour-publications.ts'
import { newPublication, type Publications } from './publications.ts'
import type { Resources } from './resources.ts'
import type { Publication, Resource, Subscription } from './resource.ts'
import { ANY_ENTITY } from './notify/notify-condition.ts'
import { resumedSubscription } from './subscription.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Turns } from './turns.ts'
import { isPending } from './watcher-info/watcher-report.ts'
import type { Watchers } from './watcher-info/watchers.ts'

interface ResumeOptions {
  readonly eventState: EventStateStore
  readonly packages: EventPackages
  readonly resources: Resources
  readonly publications: Publications
  readonly subscriptions: Subscriptions
  readonly watchers: Watchers
  readonly bindings: Bindings
  readonly domains: Domains
  readonly endings: Pick<Endings, 'rejected'>
  readonly turns: Pick<Turns, 'add'>
  /** The state of a presentity may be another one. */
  readonly recompose: (eventPackage: string, presentity: Aor) => void
  readonly clock: Clock
}

/** What expired meanwhile is put back too: its expiry then takes its usual way, NOTIFYs included. */
export async function resumeEventState(options: ResumeOptions): Promise<void> {
  const { eventState, packages, resources, publications, bindings } = options
  const orphans: EventStateWrite[] = []
  const timed = new Set<Resource>()
  for await (const record of eventState.publications()) {
    const eventPackage = packages.find(record.eventPackage)
    if (eventPackage && mayHold(record, options)) {
      const resource = resources.obtain(eventPackage, record.presentity)
      publications.add(resource, resumedPublication(record, options))
      if (isTimed(record, eventPackage)) timed.add(resource)
    } else orphans.push(removal(record))
  }
  for await (const record of eventState.subscriptions()) {
    if (!(await takeUp(record, options))) {
      orphans.push({ remove: 'subscription', id: record.id })
    }
  }
  for await (const record of eventState.bindings()) bindings.add(newBinding(record, 0))
  if (orphans.length > 0) await eventState.write(orphans)
  for (const { eventPackage, presentity } of timed) options.recompose(eventPackage.name, presentity)
}

export type TakeUpOptions = Pick<
  ResumeOptions,
  'packages' | 'resources' | 'subscriptions' | 'watchers' | 'domains' | 'endings' | 'turns'
>

/** Goes on with a stored subscription as it was left. False: there is nothing to go on with. */
export async function takeUp(record: SubscriptionRecord, options: TakeUpOptions): Promise<boolean> {
  const subscription = await resumed(record, options)
  if (!subscription) return false
  if (record.waitingUntil === undefined) resumeLive(subscription, options)
  // Decided on meanwhile: who waited asks again and gets the answer.
  else if (!isPending(subscription)) return false
  else options.watchers.resumed(record, record.waitingUntil)
  return true
}

/** There may be no gateway any more that stands by what it told. */
function mayHold(record: PublicationRecord, { domains }: ResumeOptions): boolean {
  return !isOfGateway(record) || domains.of(record.presentity)?.isNeighbour === true
}

function resumedPublication(record: PublicationRecord, { clock }: ResumeOptions): Publication {
  return isOfGateway(record) ? resumedOfGateway(record, clock.now()) : newPublication(record)
}

function isTimed(record: PublicationRecord, eventPackage: EventPackage): boolean {
  return 'isTimed' in eventPackage && eventPackage.isTimed(record)
}

function resumeLive(
  subscription: Subscription,
  { subscriptions, endings, turns }: TakeUpOptions,
): void {
  subscriptions.add(subscription)
  // The rules are others now. RFC 5025 §3.2.1
  if (subscription.permissions.handling === 'block') turns.add(endings.rejected(subscription))
}

/** Undefined: its package or domain is served no more; the next refresh gets 481. */
async function resumed(
  record: SubscriptionRecord,
  { packages, resources, domains }: TakeUpOptions,
): Promise<Subscription | undefined> {
  const eventPackage = packages.find(record.eventPackage)
  const domain = domains.of(record.presentity)
  if (!eventPackage || !domain) return undefined
  const presentity = { aor: record.presentity, domain }
  const permissions = await eventPackage.authorize(presentity, record.watcher)
  const given = {
    resource: resources.obtain(eventPackage, record.presentity),
    watcher: record.watcher,
    profile: record.watcherProfile as WatcherProfile,
    event: record.event,
    accept: record.accept,
    encoding: record.encoding,
    condition: record.quenched ? ANY_ENTITY : undefined,
    content: record.content,
    permissions,
    dialog: {
      callId: record.callId,
      localTag: record.localTag,
      remoteTag: record.remoteTag,
      localUri: record.localUri,
      remoteUri: record.remoteUri,
      remoteTarget: record.remoteTarget,
      routeSet: record.routeSet,
      remoteCseq: record.remoteCseq,
    },
    flow: record.flow,
    subscribedAt: record.subscribedAt,
    dueAt: record.expiresAt,
  }
  // The numbers up to the reserved one may have been used: the first NOTIFY reserves the next block. RFC 3261 §12.2.2
  const { cseqReserved } = record
  return resumedSubscription(given, { cseq: cseqReserved, cseqReserved })
}

function removal({ presentity, eventPackage, id }: PublicationRecord): EventStateWrite {
  return { remove: 'publication', presentity, eventPackage, id }
}
