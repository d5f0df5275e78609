/** Any worker but the first: the same servers on the same store and sockets, and nothing of what there is once. */
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { ServiceLog } from '../log.ts'
import { openRemoteStore } from '../../core/store/remote/remote-store.ts'
import { createClosers, type Closers } from '../closers.ts'
import { withLookup } from '../external-accounts/lookup-settings.ts'
import type { Ground } from '../ground.ts'
import { createDoor } from '../health.ts'
import { openHttp } from '../http-side.ts'
import { moderated } from '../moderation/moderated-store.ts'
import { openStoreAt } from '../open-store.ts'
import { publicUrls } from '../public-urls.ts'
import { createDrain } from '../life/drain.ts'
import { createObserved } from '../metrics/observed.ts'
import { answerMetrics } from '../metrics/service-metrics.ts'
import { settingsInForce, type SettingsInForce } from '../life/settings-in-force.ts'
import { createReadiness } from '../readiness.ts'
import { startServers } from '../servers.ts'
import { storePlace } from '../store-place.ts'
import { openTlsFiles } from '../tls-files.ts'
import { createCostTap } from '../top/cost-tap.ts'
import { answerTop } from '../top/top.ts'
import { createTraceTap } from '../trace/trace-tap.ts'
import { answerTraces } from './traces.ts'
import type { Channel } from './channel.ts'
import { answerExplanations } from './explanations.ts'
import { openLinks, type WorkerLinks } from './links.ts'
import type { Orders } from './orders.ts'
import { createPassedSockets } from './shared-sockets.ts'
import { storeChannel } from './store-channel.ts'
import type { Team } from './team.ts'
import type { WorkerStart } from './worker-messages.ts'
import { workerNode } from './worker-node.ts'

interface WorkerSurroundings {
  readonly orders: Orders
  readonly clock: Clock
  readonly log: ServiceLog
  /** The first worker has gone. */
  readonly end: () => void
}

/** Resolves when it serves. */
export async function runWorker(
  start: WorkerStart,
  surroundings: WorkerSurroundings,
  closers: Closers,
): Promise<void> {
  const { own, httpAddresses } = start
  const { orders, clock, log } = surroundings
  const inForce = settingsInForce(start.configuration, log)
  const { configuration, settings } = inForce
  const { workers, data } = configuration
  orders.onReload(({ configuration: next }) => void settings.use(next))
  const links = await openLinks({ own, workers, folder: data, log })
  closers.add('the links between workers', () => links.close())
  const first = await linkWithFirst(links)
  first.onLost(surroundings.end)
  const store = await openStoreOf({ own, ...inForce }, first, surroundings)
  closers.add('the store', () => store.close())
  const team = { links, sockets: createPassedSockets(orders), ...hearStanding(orders) }
  const tap = createTraceTap({ ...inForce, clock })
  answerTraces(links, tap)
  const costs = createCostTap({ ...inForce, clock })
  answerTop(links, costs)
  const readiness = createReadiness({ isLive: store.isLive, missing: team.missing })
  const ground = {
    ...{ ...inForce, store },
    tap,
    costs,
    clock,
    log,
    readiness,
    drain: createDrain({ clock, log }),
    observed: createObserved(configuration.http.xcapRoot),
    team,
  }
  await serve(ground, publicUrls(configuration, httpAddresses), orders, closers)
}

/** Which workers are not ready, as the first one tells it. */
function hearStanding(orders: Orders): Pick<Team, 'missing' | 'opened'> {
  // Until it is told otherwise the service is not open.
  let missing: readonly number[] = [1]
  const opened = new Promise<void>((resolve) => {
    orders.onStanding((told) => {
      missing = told
      if (!told.includes(1)) resolve()
    })
  })
  return { missing: () => missing, opened }
}

async function serve(
  ground: Ground,
  urls: ReturnType<typeof publicUrls>,
  orders: Orders,
  closers: Closers,
): Promise<void> {
  const { configuration, store, readiness, drain, team, log } = ground
  orders.onAnnounce(readiness.drain)
  orders.onFinish(({ milliseconds }) => {
    readiness.drain()
    void drain.finish(milliseconds).then(() => {
      orders.report({ kind: 'finished' })
    })
  })
  const tls = openTlsFiles(configuration, { log })
  closers.add('the certificates', tls.close)
  orders.onReload(tls.reload)
  // Its listeners wait for the WebSockets that came by them, which SIP ends: it opens last, and closes after SIP.
  const http = createClosers(log)
  closers.add('HTTP', () => http.closeAll())
  const { listener, sip, look } = await startServers(
    { ...withLookup(ground), urls, tls, xmpp: undefined },
    closers,
  )
  if (team) {
    answerExplanations(team.links, sip.explain)
    answerMetrics(team.links, look)
  }
  const door = createDoor({ missing: team?.missing, isLive: store.isLive })
  door.open(listener, sip.upgrade)
  closers.add('the door', door.close)
  // The last, since whoever connects is served from then on.
  await openHttp(ground, { door, tls }, http)
  readiness.open()
}

function linkWithFirst(links: WorkerLinks): Promise<Channel> {
  return new Promise((resolve) => {
    links.onOpen((worker, channel) => {
      if (worker === 1) resolve(channel)
    })
  })
}

/** The first worker's, or in a database that many processes open, as a node of its own. */
async function openStoreOf(
  { own, configuration, domains }: Pick<WorkerStart, 'own'> & SettingsInForce,
  first: Channel,
  surroundings: WorkerSurroundings,
): Promise<OpenedStore> {
  const place = storePlace(configuration.store)
  const { log } = surroundings
  // The first worker moderates what it is given.
  if (place.type === 'level') return openRemoteStore({ channel: storeChannel(first), log })
  const node = { ...place, node: workerNode(place.node, own) }
  const store = await openStoreAt(node, configuration.data, surroundings)
  return moderated(store, configuration, { ...surroundings, domains })
}
