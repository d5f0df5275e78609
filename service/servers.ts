/** The servers on the store: what each worker of a service runs. */
import { createAuthenticator } from './authenticator.ts'
import type { Closers } from './closers.ts'
import type { Ground } from './ground.ts'
import { createLoadControl } from './load/load-control.ts'
import { countedAuthenticator } from './metrics/observed.ts'
import { createProcessMetrics, type LookAtProcess } from './metrics/process-metrics.ts'
import { timedStore } from './metrics/store-latency.ts'
import { shownStore } from './people/shown-store.ts'
import type { PublicUrls } from './public-urls.ts'
import { startSip, type SipSide } from './sip-side.ts'
import type { TlsFiles } from './tls-files.ts'
import { startXcap } from './xcap-side.ts'
import type { XcapServer } from '../xcap-server/xcap-server.ts'
import type { XmppSide } from './xmpp-side.ts'

export type ServersGround = Ground & {
  readonly urls: PublicUrls
  readonly tls: TlsFiles
  /** The gateway that knows people of another network. */
  readonly xmpp: XmppSide | undefined
}

export interface Servers {
  readonly listener: XcapServer['listener']
  readonly sip: SipSide
  /** All metrics of this process. */
  readonly look: LookAtProcess
}

export async function startServers(given: ServersGround, closers: Closers): Promise<Servers> {
  const { observed, xmpp } = given
  const ground = { ...given, store: shownStore(timedStore(given.store, observed.store)) }
  const authenticator = countedAuthenticator(await createAuthenticator(ground), observed)
  const { settings, store, readiness, team, log } = ground
  const load = await createLoadControl({
    ...{ settings, store, readiness, log },
    refused: observed.refused,
    isAlone: team === undefined,
  })
  closers.add('load control', load.stop)
  const { listener, usages: xcapUsages } = await startXcap(
    // Nobody is let in before the SIP side is there.
    { ...ground, authenticator, load, maySeeIcon: (...asked) => sip.maySeeIcon(...asked) },
    closers,
  )
  const sip = await startSip({ ...ground, authenticator, load, xcapUsages }, closers)
  load.start(sip)
  const look = createProcessMetrics({
    ...{ observed, load, sip: sip.observed },
    isStoreLive: store.isLive,
    report: xmpp?.report,
    worker: team?.links.own,
  })
  return { listener: load.admitHttp(listener), sip, look }
}
