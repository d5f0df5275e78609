/** XMPP gateway: SIP users and XMPP contacts see each other, presence and picture; put together. XEP-0114, RFC 7247, RFC 8048. */
import { createImageResizer } from '../core/images/image-resizer.ts'
import { createPngThumbnailer } from '../core/images/png-thumbnailer.ts'
import type { ChangeFeed } from '../core/model/change-feed.ts'
import type { Clock } from '../core/model/clock.ts'
import type { Domains } from '../core/model/domain.ts'
import type { Log } from '../core/model/log.ts'
import type { NeighbourPresence } from '../core/model/neighbour-presence.ts'
import type { PresenceSource } from '../core/model/presence-source.ts'
import type {
  AccountStore,
  Allowance,
  DocumentStore,
  NeighbourStore,
} from '../core/model/stores.ts'
import type { Aor } from '../core/uri/aor.ts'
import { gatewayReport, type ReportGateway } from './gateway-report.ts'
import type { ForeignPictures } from './avatar/announced-pictures.ts'
import { createUserAvatars } from './avatar/create-user-avatars.ts'
import { createContactAvatars } from './contact-avatar/contact-avatars.ts'
import { PICTURE_LIMITS } from './contact-avatar/contact-picture.ts'
import { createGuardedFetch, type GuardedFetch } from './contact-avatar/guarded-fetch.ts'
import { asciiDomain, jidDomain } from './jid.ts'
import { createPairs, type PairControl } from './pairs/create-pairs.ts'
import { createContactPresence } from './presence/contact-presence.ts'
import { createUserPresence } from './presence/user-presence.ts'
import { openRoster } from './roster/open-roster.ts'
import { createStanzaRouter, type StanzaRouter } from './routing/stanza-router.ts'
import type { ComponentServer } from './stream/component-connection.ts'
import { createStreams, type RunningStreams } from './stream/create-streams.ts'
import { countSent, createStanzaCounts } from './stream/stanza-counts.ts'
import type { IqHandler, MessageHandler, PresenceHandlers } from './streams.ts'
import type { UserAvatars } from './user-avatars.ts'
import { openUserServices } from './user-services.ts'

export interface XmppGatewayOptions {
  /** SIP domains that XMPP sees: of `domains`, or others that the presence agent reaches. */
  readonly components: readonly string[]
  readonly server: ComponentServer
  /** XMPP domains whose people may use the gateway; at least one. */
  readonly contactDomains: readonly string[]
  /** Whether whoever may see a user is asked to be seen. */
  readonly subscribeBack: boolean
  /** Whether pictures that lie elsewhere are fetched there. */
  readonly fetchPictures: boolean
  /** Whether stanzas are written to the log, at its level debug. */
  readonly trace: boolean
  readonly limits: {
    readonly pairs: number
    readonly pairsPerPerson: number
    /** Of a picture that is decoded. */
    readonly maxPixels: number
    /** Of a document of contact lists, in bytes. */
    readonly documentBytes: number
  }
  /** What a user's documents may take up. */
  readonly allowance: Allowance
  readonly accounts: Pick<AccountStore, 'find'>
  readonly domains: Domains
  readonly source: PresenceSource
  readonly documents: DocumentStore
  readonly neighbours: NeighbourStore
  readonly changes: ChangeFeed
  /** Whose icon only an administrator changes; absent: nobody's. */
  readonly isIconLocked?: (owner: Aor) => Promise<boolean>
  /** The secret `icon-token`. */
  readonly iconTokenKey: Uint8Array
  readonly clock: Clock
  readonly log: Log
}

export interface XmppGateway {
  /** For the presence agent. */
  readonly neighbour: NeighbourPresence
  /** Takes up what was known before a restart. The agent must not answer anybody before. */
  start(): Promise<void>
  /** Connects to the XMPP server. */
  open(): void
  /** For the operator, once it has started. */
  readonly report: ReportGateway
  /** Takes leave of every contact, and closes the streams. */
  stop(): Promise<void>
}

export function createXmppGateway(options: XmppGatewayOptions): XmppGateway {
  let route: StanzaRouter = () => undefined
  let rooms: Rooms | undefined
  const stanzas = createStanzaCounts()
  const created = createStreams({
    ...options,
    components: inSip(options.components),
    pingTo: options.contactDomains[0] ?? '',
    receive: (stanza, domain) => {
      stanzas.takeReceived(stanza)
      route(stanza, domain)
    },
  })
  const streams = countSent(created, stanzas)
  const pairs = createPairs(pairsOptions(options, streams))
  return {
    neighbour: pairs.neighbour,
    async start() {
      await pairs.start()
      rooms = await openRooms(options, { streams, pairs })
      const domains = inJids(options.contactDomains)
      route = createStanzaRouter({ ...options, ...rooms, ...streams, domains })
    },
    open: streams.open,
    report(address) {
      if (!rooms) throw new Error('the gateway has not started')
      const { components } = options
      const parts = { components, streams, stanzas: stanzas.counts, ...pairs, ...rooms }
      return gatewayReport(parts, address)
    },
    async stop() {
      await rooms?.close()
      await pairs.stop()
      await streams.close()
    },
  }
}

/** Domains as SIP writes them. */
function inSip(domains: readonly string[]): readonly string[] {
  return domains.flatMap((name) => asciiDomain(name) ?? [])
}

/** Domains as JIDs have them. */
function inJids(domains: readonly string[]): ReadonlySet<string> {
  return new Set(domains.flatMap((name) => jidDomain(name) ?? []))
}

function pairsOptions(options: XmppGatewayOptions, streams: RunningStreams) {
  const { components, contactDomains, domains, neighbours, limits } = options
  const { pairs, pairsPerPerson } = limits
  return {
    ...options,
    ...{ streams, store: neighbours },
    userDomains: inSip(components),
    contactDomains: inSip(contactDomains),
    isOurs: (user: Aor) => domains.of(user) !== undefined,
    limits: { pairs, perUser: pairsPerPerson, perContact: pairsPerPerson },
  }
}

/** Presence, pictures and lists, both ways: they follow the pairs, and take the stanzas that come. */
interface Rooms {
  readonly iqs: readonly IqHandler[]
  readonly presence: PresenceHandlers
  readonly messages: readonly MessageHandler[]
  readonly avatars: UserAvatars
  /** What was begun is finished. */
  close(): Promise<void>
}

async function openRooms(
  options: XmppGatewayOptions,
  { streams, pairs: control }: { streams: RunningStreams; pairs: PairControl },
): Promise<Rooms> {
  const { clock, domains, fetchPictures, limits } = options
  const { pairs } = control
  const fetchPicture = fetchPictures ? createGuardedFetch({ clock }) : undefined
  const shared = { ...options, ...{ streams, pairs } }
  const avatars = createUserAvatars({
    ...shared,
    thumbnailer: createPngThumbnailer(limits),
    ...(fetchPicture && { foreign: foreignPictures(domains, fetchPicture) }),
  })
  const contactPresence = createContactPresence({ ...shared, ...control })
  const services = await openUserServices({ ...shared, avatars })
  const endUserPresence = createUserPresence({ ...shared, avatars })
  const contactAvatars = createContactAvatars({
    ...{ ...shared, fetchPicture },
    images: createImageResizer(limits),
  })
  const roster = await openRoster({
    ...{ ...options, ...limits, ...services, control, streams },
    userDomains: inSip(options.components),
    contactDomains: inSip(options.contactDomains),
  })
  return {
    iqs: services.iqs,
    presence: { ...control.presence, ...contactPresence.handlers },
    messages: [contactAvatars.events, ...roster.messages],
    avatars,
    async close() {
      await roster.stop()
      contactAvatars.close()
      services.close()
      endUserPresence()
      contactPresence.close()
      avatars.close()
    },
  }
}

function foreignPictures(domains: Domains, fetch: GuardedFetch): ForeignPictures {
  return {
    isForeign: (user) => domains.of(user) === undefined,
    fetch: (url) => fetch(url, PICTURE_LIMITS.bytes),
  }
}
