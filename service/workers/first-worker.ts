/** The first worker's part in a service of several: it owns the store and the listening sockets, and starts the others. */
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { LevelStore } from '../../core/store/level-store.ts'
import { serveStore } from '../../core/store/remote/store-service.ts'
import type { Closers } from '../closers.ts'
import type { Configuration } from '../configuration.ts'
import type { HostPort } from '../host-port.ts'
import type { Work } from '../life/drain.ts'
import { eventStateHomes } from './event-state-homes.ts'
import { openLinks, type WorkerLinks } from './links.ts'
import { createOfferedSockets } from './shared-sockets.ts'
import { storeChannel } from './store-channel.ts'
import type { Team } from './team.ts'
import { startWorkerChild, type WorkerChild } from './worker-child.ts'

export interface FirstWorker {
  /** The store as this worker has it. */
  readonly store: OpenedStore
  readonly team: Team
  /** Starts the others. Resolves when all are ready; rejects when one cannot be. */
  start(httpAddresses: readonly HostPort[]): Promise<void>
  /** This worker has opened its door: the others may say that the service is there. */
  opened(): void
  /** The members of the configuration are others now. */
  reload(): void
  /** The end is near. */
  announceEnd(): void
  /** What the others have begun. */
  readonly work: Work
}

interface FirstWorkerParts {
  readonly configuration: Configuration
  readonly store: OpenedStore | LevelStore
  readonly clock: Clock
  readonly log: Log
}

export async function openFirstWorker(
  parts: FirstWorkerParts,
  closers: Closers,
): Promise<FirstWorker> {
  const { configuration, clock, log } = parts
  const { workers, data } = configuration
  const links = await openLinks({ own: 1, workers, folder: data, log })
  closers.add('the links between workers', () => links.close())
  const startedAgain = new Set<number>()
  const store = await shareStore(parts, links, startedAgain)
  const sockets = createOfferedSockets()
  const children: WorkerChild[] = []
  const standing = createStanding(children)
  return {
    store,
    team: { links, sockets, missing: standing.missing, opened: standing.whenOpen },
    async start(httpAddresses) {
      closers.add('the other workers', async () => {
        await Promise.all(children.map((child) => child.stop()))
      })
      for (let own = 2; own <= workers; own++) {
        const child = startWorkerChild({
          ...{ start: { own, configuration, httpAddresses }, sockets, clock, log },
          onLost: () => startedAgain.add(own),
          onChange: standing.tell,
        })
        children.push(child)
      }
      await Promise.all(children.map(({ started }) => started))
    },
    opened: standing.open,
    announceEnd() {
      for (const child of children) child.order({ kind: 'announce' })
    },
    work: workOf(children, configuration),
    reload() {
      for (const child of children) child.order({ kind: 'reload', configuration })
    },
  }
}

function workOf(children: readonly WorkerChild[], { shutdown }: Configuration): Work {
  return {
    name: 'other workers',
    stopTaking() {
      for (const child of children) child.finish(shutdown.finish * 1000)
    },
    underWay: () => children.filter(({ isFinishing }) => isFinishing).length,
  }
}

/** Which workers are not ready. Whichever is asked for its health must know it of all. */
function createStanding(children: readonly WorkerChild[]) {
  let isOpen = false
  let resolveOpen = () => {}
  const whenOpen = new Promise<void>((resolve) => (resolveOpen = resolve))
  const missing = () => children.filter(({ isReady }) => !isReady).map(({ own }) => own)
  const tell = () => {
    const told = isOpen ? missing() : [1, ...missing()]
    for (const child of children) child.order({ kind: 'standing', missing: told })
  }
  const open = () => {
    isOpen = true
    tell()
    resolveOpen()
  }
  return { missing, tell, open, whenOpen }
}

/** Every other worker reaches the store through its link; on an engine that many processes open, it opens it itself. */
async function shareStore(
  { configuration, store }: FirstWorkerParts,
  links: WorkerLinks,
  startedAgain: ReadonlySet<number>,
): Promise<OpenedStore> {
  if (!('shareEventState' in store)) return store
  const hub = await store.shareEventState(eventStateHomes(configuration))
  const asMember = (worker: number): OpenedStore => ({
    ...store,
    eventState: hub.member(String(worker)),
    // Who is started again has not closed what it had.
    afterCrash: store.afterCrash || startedAgain.has(worker),
  })
  links.onOpen((worker, channel) => {
    serveStore(asMember(worker), storeChannel(channel))
  })
  return asMember(1)
}
