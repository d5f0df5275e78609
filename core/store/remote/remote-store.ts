/** A store that another process of this machine owns, as one of its members has it. */
import { createChangePublisher } from '../change-publisher.ts'
import type { AdministrationStore } from '../../model/administration-store.ts'
import type { Change } from '../../model/change-feed.ts'
import type { Log } from '../../model/log.ts'
import type { OpenedStore } from '../../model/opened-store.ts'
import type { NeighbourStore, SessionStore } from '../../model/stores.ts'
import type { MessageChannel } from './message-channel.ts'
import { createRemoteAccounts } from './remote-accounts.ts'
import { createRemoteDocuments } from './remote-documents.ts'
import { createRemoteEventState } from './remote-event-state.ts'
import { createStoreCalls, type StoreCalls } from './store-calls.ts'

/** Rejects with StoreUnavailable when the owner goes before it has answered; afterwards every question does. */
export async function openRemoteStore({
  channel,
  log,
}: {
  channel: MessageChannel
  log: Log
}): Promise<OpenedStore> {
  const { changes, publish } = createChangePublisher({ log })
  const calls = createStoreCalls({
    channel,
    onTold(told) {
      if (told[0] === 'shared') eventState.hear(told[1])
      else hearChange(told[1])
    },
  })
  const documents = createRemoteDocuments(calls)
  const accounts = createRemoteAccounts(calls)
  const eventState = createRemoteEventState({ calls, log })

  // What is cached is forgotten before anybody looks again.
  function hearChange(change: Change): void {
    if (change.kind === 'document') documents.forget(change.id)
    else accounts.forget()
    publish(change)
  }

  const { afterCrash, shared } = await calls.call('opened')
  return {
    documents: documents.store,
    accounts: accounts.store,
    sessions: remoteSessions(calls),
    eventState: eventState.store(shared),
    secrets: { secret: (name) => calls.call('secret', name) },
    neighbours: remoteNeighbours(calls),
    administration: remoteAdministration(calls),
    changes,
    afterCrash,
    close: () => calls.close(),
  }
}

/** Nothing tells when they change, so that each is asked for. */
function remoteSessions({ call }: StoreCalls): SessionStore {
  return {
    find: (id) => call('session', id),
    ofAccount: (aor) => call('sessionsOf', aor),
    add: (session) => call('addSession', session),
    prolong: (...asked) => call('prolongSession', ...asked),
    remove: (id) => call('removeSession', id),
    sweep: () => call('sweepSessions'),
  }
}

function remoteNeighbours({ call, stream }: StoreCalls): NeighbourStore {
  return {
    pairs: () => stream('pairs'),
    writePairs: (writes) => call('writePairs', writes),
    listed: () => stream('listed'),
    writeListed: (...asked) => call('writeListed', ...asked),
    capabilities: () => stream('capabilities'),
    rememberCapabilities: (...asked) => call('rememberCapabilities', ...asked),
  }
}

function remoteAdministration({ call, stream }: StoreCalls): AdministrationStore {
  return {
    get: (...asked) => call('administrationRecord', ...asked),
    put: (...asked) => call('putAdministrationRecord', ...asked),
    remove: (...asked) => call('removeAdministrationRecord', ...asked),
    list: (...asked) => stream('administrationRecords', ...asked),
  }
}
