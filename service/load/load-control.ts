/** Load control of one process: overload and request rates, for SIP and HTTP alike. */
import { createHmac } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { createOverloadControl } from '../../core/model/overload-control.ts'
import type { Log } from '../../core/model/log.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { SecretStore } from '../../core/model/stores.ts'
import type { DelayOptions } from '../../core/sip/create-sip-endpoint.ts'
import type { MayBegin } from '../../core/sip/server-transactions.ts'
import type { Readiness } from '../readiness.ts'
import { liveAddressList } from '../life/live-address-list.ts'
import { liveRate } from '../life/live-rate.ts'
import type { Settings } from '../life/settings.ts'
import type { Configuration } from '../configuration.ts'
import { steadyClock } from '../steady-clock.ts'
import { admitHttp } from './http-load.ts'
import { createOverload, type Overload } from './overload.ts'
import { counted, type RefusedCounts } from './refused-counts.ts'
import type { MayAsk } from './request-rate.ts'
import { createSipAdmission } from './sip-load.ts'

export interface LoadControl extends Pick<Overload, 'start' | 'stop' | 'figures'> {
  readonly mayBegin: MayBegin
  readonly delay: DelayOptions
  /** By the account's own address. */
  readonly mayAccountAsk: { readonly sip: MayAsk; readonly http: MayAsk }
  readonly admitHttp: (listener: RequestListener) => RequestListener
}

interface LoadControlParts {
  readonly settings: Pick<Settings, 'following'>
  readonly store: Pick<OpenedStore, 'secrets' | 'isLive'>
  readonly readiness: Pick<Readiness, 'isWelcoming'>
  readonly refused: RefusedCounts
  /** No other process reads its sockets. */
  readonly isAlone: boolean
  readonly log: Log
}

type RateLimit = Extract<keyof Configuration['limits'], `${string}Requests${string}`>

export async function createLoadControl(parts: LoadControlParts): Promise<LoadControl> {
  const { settings, store, readiness, refused, isAlone, log } = parts
  const clock = steadyClock
  const rate = (limit: RateLimit) => liveRate(settings, ({ limits }) => limits[limit], clock)
  const overload = createOverload({
    ...{ clock, log },
    control: createOverloadControl({ random: Math.random }),
    // Where several processes read one socket, each hears some of all their probes.
    hearsItsOwn: isAlone,
  })
  const sipParts = {
    ...{ overload, refused },
    maySourceAsk: rate('sipRequestsPerSource'),
    isTrustedPeer: liveAddressList(settings, ({ sip }) => sip.trustedPeers),
    isStoreLive: store.isLive,
    isWelcoming: readiness.isWelcoming,
  }
  const httpParts = {
    ...{ overload, refused },
    maySourceAsk: rate('httpRequestsPerSource'),
    isTrusted: liveAddressList(settings, ({ http }) => [...http.trustProxy, ...http.assertedFrom]),
  }
  return {
    start: overload.start,
    stop: overload.stop,
    figures: overload.figures,
    mayBegin: createSipAdmission(sipParts),
    delay: { key: await probeKey(store.secrets), heard: overload.heard },
    mayAccountAsk: {
      sip: counted(rate('sipRequestsPerAccount'), refused, 'sipAccount'),
      http: counted(rate('httpRequestsPerAccount'), refused, 'httpAccount'),
    },
    admitHttp: (listener) => admitHttp(httpParts, listener),
  }
}

/** The same in every worker, and nobody else's. */
async function probeKey(secrets: SecretStore): Promise<Uint8Array> {
  const secret = await secrets.secret('digest-nonce')
  return createHmac('sha256', secret).update('delay probe').digest()
}
