/** Gathers what an explanation rests on: from the tables, the stores, and what the watcher is told. */
import { readDocument } from '../../core/documents/xml-reader.ts'
import { parseRuleset } from '../../core/documents/common-policy.ts'
import type { Clock } from '../../core/model/clock.ts'
import { PIDF_MANIPULATION, PRES_RULES } from '../../core/model/document-id.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { Permissions } from '../../core/model/permissions.ts'
import { resolvePresentity, type Presentity } from '../../core/model/presentity.ts'
import type { AccountStore, DocumentStore, EventStateStore } from '../../core/model/stores.ts'
import type { SipEndpoint } from '../../core/sip/sip-endpoint.ts'
import { aorUser, parseAor, type Aor } from '../../core/uri/aor.ts'
import type { PublishedPackage } from '../event-package.ts'
import { causeOf } from './explanation-cause.ts'
import type {
  Decision,
  ExplainedFacts,
  ExplainedIcon,
  ExplainedSubscription,
  Explanation,
  Party,
} from './explanation.ts'
import { isOfGateway } from '../neighbour/neighbour-publications.ts'
import type { FollowedResources } from '../members/followed-resources.ts'
import { notifyDestination } from '../notify/notify-route.ts'
import type { PresenceAuthorization } from '../rules/presence-authorization.ts'
import type { Publications } from '../publications.ts'
import type { Registrations } from '../registration/registrations.ts'
import { subscriptionsElsewhere } from './subscriptions-elsewhere.ts'
import { NEVER, TIMED_OUT, type Hearer, type Resource, type Subscription } from '../resource.ts'
import type { Resources } from '../resources.ts'
import type { EndedSubscription, Subscriptions } from '../subscriptions.ts'
import type { Watchers } from '../watcher-info/watchers.ts'

/** Addresses as people write them, with or without `sip:`. */
export type Explain = (watcher: string, presentity: string) => Promise<Explanation>

interface ExplainParts {
  readonly sip: SipEndpoint
  readonly isTrustedPeer: (address: string) => boolean
  readonly accounts: Pick<AccountStore, 'find'>
  readonly documents: Pick<DocumentStore, 'currentIcon' | 'get' | 'list'>
  readonly domains: Domains
  readonly authorization: Pick<PresenceAuthorization, 'explain'>
  readonly presencePackage: PublishedPackage
  readonly resources: Resources
  readonly subscriptions: Pick<Subscriptions, 'ended'>
  readonly publications: Pick<Publications, 'endedAt'>
  readonly watchers: Pick<Watchers, 'waiting'>
  readonly registrations: Pick<Registrations, 'of'>
  /** Absent: nobody else writes to the store. */
  readonly membership?: { readonly followed: Pick<FollowedResources, 'ready'> } | undefined
  readonly eventState: Pick<EventStateStore, 'shared'>
  readonly clock: Clock
}

export function createExplain(parts: ExplainParts): Explain {
  return async (askedWatcher, askedPresentity) => {
    const watcher = await partyOf(parts, askedWatcher)
    const presentity = await partyOf(parts, askedPresentity)
    const facts = { ...NOTHING, now: parts.clock.now(), watcher, presentity }
    const watched = await watchedOf(parts, presentity)
    if (watched) await parts.membership?.followed.ready(parts.presencePackage.name, watched.aor)
    const all = watched && watcher.address ? await factsOf(parts, watched, watcher.address) : {}
    const found: ExplainedFacts = { ...facts, ...all }
    return { ...found, cause: causeOf(found) }
  }
}

const NOTHING: Omit<ExplainedFacts, 'now' | 'watcher' | 'presentity'> = {
  subscriptions: [],
  ended: undefined,
  namesakes: [],
  isWaiting: false,
  decision: undefined,
  publications: [],
  publishedUntil: undefined,
  registration: [],
  hardState: false,
  icon: undefined,
  document: undefined,
}

type Watched = Pick<Presentity, 'aor' | 'domain'>

/** Aliases are the account that they belong to. */
async function partyOf({ accounts, domains }: ExplainParts, asked: string): Promise<Party> {
  const written = parseAor(asked)
  if (written === undefined) return { asked, address: undefined, known: 'nobody' }
  const canonical = domains.canonical(written)
  const account = await accounts.find(canonical)
  const address = account?.aor ?? canonical
  const domain = domains.of(address)
  if (account) return { asked, address, known: 'account' }
  if (!domain) return { asked, address, known: 'stranger' }
  if (domain.isNeighbour) return { asked, address, known: 'neighbour' }
  return { asked, address, known: domain.externalAccounts ? 'external' : 'nobody' }
}

async function watchedOf(parts: ExplainParts, { address }: Party): Promise<Watched | undefined> {
  return address === undefined ? undefined : await resolvePresentity(address, parts, true)
}

async function factsOf(
  parts: ExplainParts,
  watched: Watched,
  watcher: Aor,
): Promise<Partial<ExplainedFacts>> {
  const { resources, watchers, documents, registrations, presencePackage } = parts
  const { aor } = watched
  const named = { eventPackage: presencePackage, presentity: aor }
  const resource = resources.find(presencePackage.name, aor)
  const theirs = [...(resource?.subscriptions ?? [])].filter((one) => one.watcher === watcher)
  const { decision, permissions } = await decisionOf(parts, watched, watcher)
  const document = await documentFor(parts, aor, resource, { permissions, profile: theirs.at(-1) })
  const ended = parts.subscriptions.ended(watcher, named)
  const elsewhere = await subscriptionsElsewhere(parts.eventState.shared, {
    ...{ watcher, presentity: aor, eventPackage: presencePackage.name },
    handling: permissions.handling,
  })
  return {
    subscriptions: [...theirs.reverse().map((one) => subscriptionFacts(parts, one)), ...elsewhere],
    ended: ended && { at: ended.at, why: whyEnded(ended) },
    namesakes: namesakesIn(resource, watcher),
    isWaiting: watchers
      .waiting({ eventPackage: presencePackage.name, presentity: aor })
      .includes(watcher),
    decision,
    publications: [...(resource?.publications.values() ?? [])].map(({ record }) => ({
      source: record.source,
      publishedAt: record.publishedAt,
      expiresAt: isOfGateway(record) ? undefined : record.expiresAt,
      size: record.body.length,
    })),
    publishedUntil: parts.publications.endedAt(named),
    registration: registrations.of(aor),
    hardState: (await documents.list(aor, PIDF_MANIPULATION)).length > 0,
    icon: await iconOf(documents, aor, document),
    document,
  }
}

async function decisionOf(
  { authorization, documents }: ExplainParts,
  watched: Watched,
  watcher: Aor,
): Promise<{ decision: Decision; permissions: Permissions }> {
  const { permissions, by, documents: explained } = await authorization.explain(watched, watcher)
  const unreadable: { path: string; problem: string }[] = []
  for (const { id } of await documents.list(watched.aor, PRES_RULES)) {
    const stored = await documents.get(id)
    const reading = stored && readDocument(stored.body, parseRuleset)
    if (reading?.error !== undefined) unreadable.push({ path: id.path, problem: reading.detail })
  }
  const { handling, filter } = permissions
  const filtered = filter !== undefined
  return { decision: { handling, by, documents: explained, unreadable, filtered }, permissions }
}

/** As the next NOTIFY would have it. */
async function documentFor(
  { presencePackage }: ExplainParts,
  presentity: Aor,
  resource: Resource | undefined,
  { permissions, profile }: { permissions: Permissions; profile: Subscription | undefined },
): Promise<string | undefined> {
  if (permissions.handling === 'block') return undefined
  const publications = [...(resource?.publications.values() ?? [])]
  const state = await presencePackage.compose({ presentity, publications })
  for (const publication of publications) publication.state = undefined
  return state(permissions, profile?.profile ?? 'default')
}

async function iconOf(
  documents: ExplainParts['documents'],
  aor: Aor,
  document: string | undefined,
): Promise<ExplainedIcon | undefined> {
  const icon = await documents.currentIcon(aor)
  if (!icon) return undefined
  const { id, storedAt, size, token } = icon
  const announced = document?.includes(token) ?? false
  return { document: `${id.auid}/${id.path}`, storedAt, size, announced }
}

function subscriptionFacts(
  { sip, isTrustedPeer }: ExplainParts,
  subscription: Subscription,
): ExplainedSubscription {
  const { permissions, subscribedAt, dueAt, flow, notifiedAt, unsaid, heardBy } = subscription
  const way = heardBy && WAYS[heardBy.kind]
  return {
    state: permissions.handling === 'confirm' ? 'pending' : 'active',
    since: subscribedAt,
    expiresAt: dueAt === NEVER ? undefined : dueAt,
    withoutNotify: way !== undefined,
    way: way ?? `${flow.transport} ${flow.remoteAddress}:${flow.remotePort}`,
    reachable:
      way !== undefined || notifyDestination(subscription, { sip, isTrustedPeer }) !== undefined,
    unsaid,
    lastNotify:
      notifiedAt === 0
        ? undefined
        : {
            at: notifiedAt,
            size: subscription.notifiedSize,
            status: subscription.notifyStatus,
          },
  }
}

const WAYS: Readonly<Record<Hearer['kind'], string>> = {
  list: 'in a list',
  gateway: 'through the gateway',
}

function whyEnded({ at, dueAt, notifyStatus }: EndedSubscription): string {
  if (notifyStatus === TIMED_OUT) return 'its NOTIFYs were not answered'
  if (notifyStatus >= 400) return `it answered NOTIFY with ${notifyStatus}`
  return dueAt <= at ? 'it was not refreshed' : 'it was ended, by the watcher or the rules'
}

function namesakesIn(resource: Resource | undefined, watcher: Aor): Aor[] {
  const others = [...(resource?.subscriptions ?? [])].flatMap((one) => one.watcher ?? [])
  return others.filter((other) => other !== watcher && aorUser(other) === aorUser(watcher))
}
