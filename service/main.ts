/** Composition root: opens the store, puts the servers on it and their sockets in front; all of it or nothing. */
import type { Clock } from '../core/model/clock.ts'
import { createDomains } from '../core/model/domain.ts'
import type { Log } from '../core/model/log.ts'
import {
  createAccountAdministration,
  type AccountAdministration,
} from './account-administration.ts'
import { openAdminListener } from './admin-listener.ts'
import { openAdminSocket } from './admin-socket.ts'
import { createAuthenticator } from './authenticator.ts'
import { createClosers, type Closers } from './closers.ts'
import type { Configuration } from './configuration.ts'
import type { Ground } from './ground.ts'
import { createDoor } from './health.ts'
import { formatHostPort } from './host-port.ts'
import { openHttpListeners } from './http-listeners.ts'
import { openStore } from './open-store.ts'
import { publicUrls } from './public-urls.ts'
import { startSip } from './sip-side.ts'
import { openTlsFiles } from './tls-files.ts'
import { startXcap } from './xcap-side.ts'
import { createXmpp } from './xmpp-side.ts'

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
  /** Reads the certificates again; connections that are open stay. */
  readonly reload: () => void
  /** Takes nothing new, finishes what was begun within a bound, and closes the store. */
  stop(): Promise<void>
}

/** Milliseconds for requests under way when the service stops. */
const LAST_REQUESTS = 5_000

/** Rejects with a message for the operator; then nothing is left open. */
export async function startVisage(
  configuration: Configuration,
  { log, clock }: { log: Log; clock: Clock },
): Promise<Visage> {
  const closers = createClosers(log)
  try {
    const store = await openStore(configuration, { clock, log })
    closers.add('the store', () => store.close())
    const domains = createDomains(configuration.domains)
    return await openOn({ configuration, store, domains, clock, log }, closers)
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

async function openOn(ground: Ground, closers: Closers): Promise<Visage> {
  const { configuration, store, log } = ground
  const door = createDoor()
  const tls = openTlsFiles(configuration, { log })
  closers.add('the certificates', tls.close)
  const http = await openHttpListeners({
    listeners: configuration.http.listen.map(({ address }, index) => ({
      address,
      tls: tls.http[index],
    })),
    handle: door.handle,
    upgrade: door.upgrade,
    maxConnections: configuration.limits.httpConnections,
  })
  closers.add('HTTP', () => http.close(LAST_REQUESTS))
  const urls = publicUrls(configuration, http.addresses)
  const authenticator = await createAuthenticator(ground)
  const { listener, usages: xcapUsages } = await startXcap(
    // Nobody is let in before the SIP side is there.
    { ...ground, authenticator, urls, maySeeIcon: (...asked) => sip.maySeeIcon(...asked) },
    closers,
  )
  const xmpp = await createXmpp(ground)
  const sip = await startSip({ ...ground, authenticator, urls, tls, xcapUsages, xmpp }, closers)
  xmpp?.open(closers)
  await openAdminListener(configuration, { door, log }, closers)
  const accounts = createAccountAdministration({ ...store, domains: ground.domains })
  const asked = { accounts, explain: sip.explain, reportGateway: xmpp?.report, log }
  const socket = await openAdminSocket({ dataFolder: configuration.data, ...asked })
  closers.add('admin.sock', () => socket.close())
  door.open(listener, sip.upgrade)
  closers.add('the door', door.close)
  const addresses = {
    http: http.addresses.map(formatHostPort),
    sip: sip.addresses,
    publicUrl: urls.http,
    xcapRoot: urls.http + configuration.http.xcapRoot,
  }
  log.info({ ...addresses, data: configuration.data }, 'Visage is ready')
  return { addresses, accounts, reload: tls.reload, stop: () => closers.closeAll() }
}
