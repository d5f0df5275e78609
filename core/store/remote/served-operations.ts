/** The operations and streams of store-operations.ts on a store that is open here. */
import type { OpenedStore } from '../../model/opened-store.ts'
import type { SharedEventState } from '../../model/shared-event-state.ts'
import type { StoreOperations, StoreStreams } from './store-operations.ts'

export function operationsOn(store: OpenedStore): StoreOperations {
  return {
    ...documentOperations(store),
    ...accountOperations(store),
    ...sessionOperations(store),
    ...neighbourOperations(store),
    ...administrationOperations(store),
    ...eventStateOperations(store),
    opened: () => ({
      afterCrash: store.afterCrash,
      shared: store.eventState.shared !== undefined,
    }),
    secret: (name) => store.secrets.secret(name),
  }
}

export function streamsOf(store: OpenedStore): StoreStreams {
  const { documents, accounts, neighbours, administration, eventState } = store
  return {
    documentsOfUsage: (auid) => documents.ofUsage(auid),
    iconOwners: () => documents.iconOwners(),
    accounts: (after) => accounts.list(after),
    pairs: () => neighbours.pairs(),
    listed: () => neighbours.listed(),
    capabilities: () => neighbours.capabilities(),
    administrationRecords: (...asked) => administration.list(...asked),
    publications: () => eventState.publications(),
    subscriptions: () => eventState.subscriptions(),
    bindings: () => eventState.bindings(),
  }
}

function documentOperations({ documents }: OpenedStore) {
  return {
    metadata: (id) => documents.metadata(id),
    document: (id) => documents.get(id),
    putDocument: (...asked) => documents.put(...asked),
    deleteDocument: (...asked) => documents.delete(...asked),
    documentsOf: (...asked) => documents.list(...asked),
    currentIcon: (owner) => documents.currentIcon(owner),
    iconByToken: (token) => documents.iconByToken(token),
    image: (hash) => documents.image(hash),
  } satisfies Partial<StoreOperations>
}

function accountOperations({ accounts }: OpenedStore) {
  return {
    account: (address) => accounts.find(address),
    accountByUsername: (...asked) => accounts.findByUsername(...asked),
    putAccount: (account) => accounts.put(account),
    removeAccount: (aor) => accounts.remove(aor),
    hasNoAccounts: () => accounts.isEmpty(),
  } satisfies Partial<StoreOperations>
}

function sessionOperations({ sessions }: OpenedStore) {
  return {
    session: (id) => sessions.find(id),
    sessionsOf: (aor) => sessions.ofAccount(aor),
    addSession: (session) => sessions.add(session),
    prolongSession: (...asked) => sessions.prolong(...asked),
    removeSession: (id) => sessions.remove(id),
    sweepSessions: () => sessions.sweep(),
  } satisfies Partial<StoreOperations>
}

function neighbourOperations({ neighbours }: OpenedStore) {
  return {
    writePairs: (writes) => neighbours.writePairs(writes),
    writeListed: (...asked) => neighbours.writeListed(...asked),
    rememberCapabilities: (...asked) => neighbours.rememberCapabilities(...asked),
  } satisfies Partial<StoreOperations>
}

function administrationOperations({ administration }: OpenedStore) {
  return {
    administrationRecord: (...asked) => administration.get(...asked),
    putAdministrationRecord: (...asked) => administration.put(...asked),
    removeAdministrationRecord: (...asked) => administration.remove(...asked),
  } satisfies Partial<StoreOperations>
}

function eventStateOperations({ eventState }: OpenedStore) {
  const shared = (): SharedEventState => {
    if (!eventState.shared) throw new Error('the event state is not shared')
    return eventState.shared
  }
  return {
    async writeEventState(writes) {
      const lost = await eventState.write(writes)
      return lost.map((write) => writes.indexOf(write))
    },
    follow: (...asked) => shared().follow(...asked),
    unfollow: (...asked) => {
      shared().unfollow(...asked)
    },
    publicationsOf: (...asked) => shared().publicationsOf(...asked),
    watchersOf: (...asked) => shared().watchersOf(...asked),
    bindingsOf: (aor) => shared().bindingsOf(aor),
    adopt: (id) => shared().adopt(id),
  } satisfies Partial<StoreOperations>
}
