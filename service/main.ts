/** Composition root: opens the store, puts the servers on it and their sockets in front; all of it or nothing. */
import type { Clock } from '../core/model/clock.ts'
import type { Log } from '../core/model/log.ts'
import type { Explain } from '../presence-agent/explanation/explanation-facts.ts'
import {
  createAccountAdministration,
  type AccountAdministration,
} from './account-administration.ts'
import { openAdminListener } from './admin-listener.ts'
import type { AdminRoutes } from './admin-routes.ts'
import { openAdminSocket } from './admin-socket.ts'
import { createServiceRoutes } from './administration/service-routes.ts'
import { BACKUP_PATH, createBackupListener } from './backup/backup-listener.ts'
import { RESTORE_PATH, type LiveRestoration } from './backup/live-restoration.ts'
import { CHECK_PATH, createCheckListener } from './check/check-listener.ts'
import { createClosers, type Closers } from './closers.ts'
import type { Configuration } from './configuration.ts'
import { openDirectorySchedule } from './directory/directory-schedule.ts'
import { withLookup } from './external-accounts/lookup-settings.ts'
import type { Ground } from './ground.ts'
import { createDoor, type Door } from './health.ts'
import { formatHostPort } from './host-port.ts'
import { createDrain } from './life/drain.ts'
import { createReload, type Reload } from './life/reload.ts'
import { settingsInForce } from './life/settings-in-force.ts'
import type { Reloaded } from './life/settings.ts'
import { shutDown } from './life/shutdown.ts'
import type { HttpListeners } from './http-listeners.ts'
import { openHttp } from './http-side.ts'
import { replyMetrics } from './metrics/metrics-reply.ts'
import { createObserved } from './metrics/observed.ts'
import type { LookAtProcess } from './metrics/process-metrics.ts'
import { createServiceMetrics } from './metrics/service-metrics.ts'
import { createWaitingIcons } from './metrics/waiting-icons.ts'
import { createModeration } from './moderation/moderated-store.ts'
import { openStore } from './open-store.ts'
import { publicUrls, type PublicUrls } from './public-urls.ts'
import { createReadiness } from './readiness.ts'
import { answerReadiness } from './readiness-reply.ts'
import { startServers } from './servers.ts'
import type { SipSide } from './sip-side.ts'
import { checkTlsFiles, openTlsFiles } from './tls-files.ts'
import { homeOfAddress } from './workers/event-state-homes.ts'
import { createCostTap } from './top/cost-tap.ts'
import { createTop } from './top/top.ts'
import { createTraceTap } from './trace/trace-tap.ts'
import { createTraces, type Traces } from './trace/traces.ts'
import { explainEverywhere } from './workers/explanations.ts'
import { tapOfOthers } from './workers/traces.ts'
import { openFirstWorker, type FirstWorker } from './workers/first-worker.ts'
import { createXmpp, type XmppSide } from './xmpp-side.ts'

export interface Visage {
  readonly addresses: {
    /** `HOST:PORT` */
    readonly http: readonly string[]
    /** `udp:HOST:PORT` and so on */
    readonly sip: readonly string[]
    readonly publicUrl: string
    readonly xcapRoot: string
  }
  readonly accounts: AccountAdministration
  /** As it is in force. */
  readonly configuration: Configuration
  /** Reads configuration and certificates again; connections that are open stay. Throws ConfigurationError; then nothing has changed. */
  readonly reload: () => Reloaded
  /** Announces the end, then takes nothing new and finishes what was begun. `atOnce`: without the announcement. */
  drain(how?: { readonly atOnce?: boolean }): Promise<void>
  /** Ends everything, and closes the store. */
  stop(): Promise<void>
}

interface Surroundings {
  readonly log: Log & { level?: string }
  readonly clock: Clock
  /** Reads the configuration from where it came. Throws ConfigurationError. Absent: it stays what it is. */
  readonly readAgain?: () => Configuration
  /** Whoever starts the service anew when its store was replaced. Absent: nobody does. */
  readonly restoration?: LiveRestoration
}

/** Rejects with a message for the operator; then nothing is left open. */
export async function startVisage(
  given: Configuration,
  { log, clock, readAgain = () => given, restoration }: Surroundings,
): Promise<Visage> {
  const closers = createClosers(log)
  const inForce = settingsInForce(given, log)
  const { configuration } = inForce
  try {
    const store = await openStore(configuration, { ...inForce, clock, log })
    closers.add('the store', () => store.close())
    const first =
      configuration.workers > 1
        ? await openFirstWorker({ configuration, store, clock, log }, closers)
        : undefined
    const readiness = createReadiness({ isLive: store.isLive, missing: first?.team.missing })
    const drain = createDrain({ clock, log })
    if (first) drain.add(first.work)
    const observing = {
      observed: createObserved(configuration.http.xcapRoot),
      tap: createTraceTap({ ...inForce, clock }),
      costs: createCostTap({ ...inForce, clock }),
    }
    const ground = { ...inForce, store, clock, log, readiness, drain, ...observing, ...first }
    const replacing = restoration && {
      [RESTORE_PATH]: restoration.listenOn(configuration, store),
    }
    const socketRoutes = {
      [BACKUP_PATH]: createBackupListener({ ...store, clock, log }),
      [CHECK_PATH]: createCheckListener({ ...store, log }),
      ...replacing,
    }
    return await openOn({ ...ground, readAgain, socketRoutes }, first, closers)
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

/** As of `createReload`. */
interface Reloading extends Pick<Visage, 'reload'> {
  readonly lastReload: Reload['last']
}

/** What the whole store needs, and only the socket offers. */
interface SocketRoutes {
  readonly socketRoutes: AdminRoutes
}

async function openOn(
  ground: Ground & Required<Pick<Surroundings, 'readAgain'>> & SocketRoutes,
  first: FirstWorker | undefined,
  closers: Closers,
): Promise<Visage> {
  const { configuration, readiness, log } = ground
  const servers = await openServers(ground, first, closers)
  const { door, tls, http, urls, listener, sip } = servers
  const { reload, last: lastReload } = createReload({
    ...ground,
    reloadCertificates() {
      checkTlsFiles(configuration)
      tls.reload()
    },
    tellOthers: () => first?.reload(),
  })
  const accounts = await openAdministration({ ...ground, reload, lastReload }, servers, closers)
  door.open(listener, sip.upgrade)
  readiness.open()
  first?.opened()
  closers.add('the door', door.close)
  openDirectorySchedule(ground, closers)
  closers.add('readiness', readiness.drain)
  const addresses = addressesOf(configuration, { http, sip, urls })
  const workers = first && { workers: configuration.workers }
  log.info({ ...addresses, data: configuration.data, ...workers }, 'Visage is ready')
  const announceToOthers = () => first?.announceEnd()
  const drain: Visage['drain'] = ({ atOnce = false } = {}) =>
    shutDown(
      { ...configuration.shutdown, ...(atOnce && { announce: 0 }) },
      { ...ground, announceToOthers },
    )
  return { addresses, accounts, configuration, reload, drain, stop: () => closers.closeAll() }
}

/** Its listener, and the socket in the data folder. */
async function openAdministration(
  ground: Ground & SocketRoutes & Reloading,
  servers: OpenedServers,
  closers: Closers,
): Promise<AccountAdministration> {
  const { configuration, store, domains, reload, lastReload, log } = ground
  const { tls, xmpp, sip } = servers
  const accounts = createAccountAdministration({ ...store, domains })
  const traces = tracesOf(ground)
  const running = {
    explain: explainOf(ground, sip.explain),
    reportGateway: xmpp?.report,
    reload,
    lastReload,
    traces,
    top: createTop(ground.costs, ground.team?.links),
  }
  const administration = createServiceRoutes({ ...ground, accounts }, running)
  closers.add('the audit log', administration.close)
  const { onSocket, onListener } = administration
  const routes = { ...adminRoutes(ground, servers), ...onListener }
  await openAdminListener(configuration, { routes, tls, log }, closers)
  const socket = await openAdminSocket({
    dataFolder: configuration.data,
    routes: { ...onSocket, ...ground.socketRoutes },
  })
  closers.add('admin.sock', () => socket.close())
  return accounts
}

type OpenedServers = Awaited<ReturnType<typeof openServers>>

/** The public ones, of all workers; what comes by HTTP stands before the door. */
async function openServers(ground: Ground, first: FirstWorker | undefined, closers: Closers) {
  const { configuration, store, team, log } = ground
  const door = createDoor({ missing: team?.missing, isLive: store.isLive })
  const tls = openTlsFiles(configuration, { log })
  closers.add('the certificates', tls.close)
  const http = await openHttp(ground, { door, tls }, closers)
  const others = first?.start(http.addresses)
  // Where these servers fail, too, that is what the operator is told.
  others?.catch(() => undefined)
  const urls = publicUrls(configuration, http.addresses)
  const served = withLookup(ground)
  const xmpp = await createXmpp(served)
  const { listener, sip, look } = await startServers({ ...served, urls, tls, xmpp }, closers)
  xmpp?.open(closers)
  await others
  return { door, tls, http, urls, xmpp, listener, sip, look }
}

function adminRoutes(
  { configuration, store, clock, readiness, team, log, lastReload }: Ground & Reloading,
  { door, xmpp, look }: { door: Door; xmpp: XmppSide | undefined; look: LookAtProcess },
): AdminRoutes {
  const isReady = () => readiness.reasons().length === 0
  const { held } = createModeration(store, configuration, { clock })
  const waitingIcons = createWaitingIcons({ held, clock })
  const lookAtAll = createServiceMetrics({
    ...{ look, links: team?.links, isReady, waitingIcons, lastReload },
  })
  return {
    '/healthz': door.handleHealth,
    '/readyz': answerReadiness(readiness, xmpp?.report),
    '/metrics': replyMetrics(lookAtAll, log),
  }
}

function addressesOf(
  { http: { xcapRoot } }: Configuration,
  opened: { http: HttpListeners; sip: SipSide; urls: PublicUrls },
): Visage['addresses'] {
  const { http, sip, urls } = opened
  return {
    http: http.addresses.map(formatHostPort),
    sip: sip.addresses,
    publicUrl: urls.http,
    xcapRoot: urls.http + xcapRoot,
  }
}

function tracesOf({ tap, team, clock }: Ground): Traces {
  return createTraces({ taps: team ? [tap, tapOfOthers(team.links)] : [tap], clock })
}

/** Where there are several workers, the one that knows answers. */
function explainOf({ configuration, team }: Ground, explain: Explain): Explain {
  if (!team) return explain
  const homeOf = (address: string) => homeOfAddress(address, configuration)
  return explainEverywhere(team.links, { explain, homeOf })
}
