/** What a member asks of the process that owns the store, by name: the interfaces of core/model/stores.ts. */
import type { AdministrationStore } from '../../model/administration-store.ts'
import type { EventStateWrite } from '../../model/event-state.ts'
import type { SharedEventState } from '../../model/shared-event-state.ts'
import type {
  AccountStore,
  DocumentStore,
  EventStateStore,
  NeighbourStore,
  SecretStore,
  SessionStore,
} from '../../model/stores.ts'

/** Answered once. */
export interface StoreOperations {
  readonly opened: () => OpenedRemotely
  readonly metadata: DocumentStore['metadata']
  readonly document: DocumentStore['get']
  readonly putDocument: DocumentStore['put']
  readonly deleteDocument: DocumentStore['delete']
  readonly documentsOf: DocumentStore['list']
  readonly currentIcon: DocumentStore['currentIcon']
  readonly iconByToken: DocumentStore['iconByToken']
  readonly image: DocumentStore['image']
  readonly account: AccountStore['find']
  readonly accountByUsername: AccountStore['findByUsername']
  readonly putAccount: AccountStore['put']
  readonly removeAccount: AccountStore['remove']
  readonly hasNoAccounts: AccountStore['isEmpty']
  readonly session: SessionStore['find']
  readonly sessionsOf: SessionStore['ofAccount']
  readonly addSession: SessionStore['add']
  readonly prolongSession: SessionStore['prolong']
  readonly removeSession: SessionStore['remove']
  readonly sweepSessions: SessionStore['sweep']
  readonly secret: SecretStore['secret']
  readonly writePairs: NeighbourStore['writePairs']
  readonly writeListed: NeighbourStore['writeListed']
  readonly rememberCapabilities: NeighbourStore['rememberCapabilities']
  readonly administrationRecord: AdministrationStore['get']
  readonly putAdministrationRecord: AdministrationStore['put']
  readonly removeAdministrationRecord: AdministrationStore['remove']
  /** Gives the places of the writes that were left out. */
  readonly writeEventState: (writes: readonly EventStateWrite[]) => Promise<readonly number[]>
  readonly follow: SharedEventState['follow']
  readonly unfollow: SharedEventState['unfollow']
  readonly publicationsOf: SharedEventState['publicationsOf']
  readonly watchersOf: SharedEventState['watchersOf']
  readonly bindingsOf: SharedEventState['bindingsOf']
  readonly adopt: SharedEventState['adopt']
}

/** Answered piece by piece. */
export interface StoreStreams {
  readonly documentsOfUsage: DocumentStore['ofUsage']
  readonly iconOwners: DocumentStore['iconOwners']
  readonly accounts: AccountStore['list']
  readonly pairs: NeighbourStore['pairs']
  readonly listed: NeighbourStore['listed']
  readonly capabilities: NeighbourStore['capabilities']
  readonly administrationRecords: AdministrationStore['list']
  readonly publications: EventStateStore['publications']
  readonly subscriptions: EventStateStore['subscriptions']
  readonly bindings: EventStateStore['bindings']
}

interface OpenedRemotely {
  readonly afterCrash: boolean
  /** Whether the event state is shared. */
  readonly shared: boolean
}

/** Of their arguments or answers, octets are a part: JSON cannot carry them. */
export const WITH_OCTETS: ReadonlySet<keyof StoreOperations | keyof StoreStreams> = new Set([
  'document',
  'putDocument',
  'image',
  'secret',
  'documentsOfUsage',
] as const)
