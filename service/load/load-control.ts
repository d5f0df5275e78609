/** Load control of one process: overload and request rates, for SIP and HTTP alike. */
import { createHmac } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { createOverloadControl } from '../../core/model/overload-control.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { DelayOptions } from '../../core/sip/create-sip-endpoint.ts'
import type { MayBegin } from '../../core/sip/server-transactions.ts'
import { createAddressList } from '../address-list.ts'
import type { Ground } from '../ground.ts'
import { steadyClock } from '../steady-clock.ts'
import { admitHttp } from './http-load.ts'
import { createOverload, type Overload } from './overload.ts'
import { createRequestRate, type MayAsk } from './request-rate.ts'
import { createSipAdmission } from './sip-load.ts'

export interface LoadControl extends Pick<Overload, 'start' | 'stop'> {
  readonly mayBegin: MayBegin
  readonly delay: DelayOptions
  /** By the account's own address. */
  readonly mayAccountAsk: { readonly sip: MayAsk; readonly http: MayAsk }
  readonly admitHttp: (listener: RequestListener) => RequestListener
}

export async function createLoadControl(
  { configuration, store, team, log }: Ground,
  { random = Math.random }: { random?: () => number } = {},
): Promise<LoadControl> {
  const { limits, sip, http } = configuration
  const clock = steadyClock
  const rate = (perSecond: number) => createRequestRate(perSecond, clock)
  const overload = createOverload({
    ...{ clock, log },
    control: createOverloadControl({ random }),
    // Where several processes read one socket, each hears some of all their probes.
    hearsItsOwn: team === undefined,
  })
  const sipParts = {
    overload,
    maySourceAsk: rate(limits.sipRequestsPerSource),
    isTrustedPeer: createAddressList(sip.trustedPeers),
  }
  const httpParts = {
    overload,
    maySourceAsk: rate(limits.httpRequestsPerSource),
    isTrusted: createAddressList([...http.trustProxy, ...http.assertedFrom]),
  }
  return {
    start: overload.start,
    stop: overload.stop,
    mayBegin: createSipAdmission(sipParts),
    delay: { key: await probeKey(store), heard: overload.heard },
    mayAccountAsk: {
      sip: rate(limits.sipRequestsPerAccount),
      http: rate(limits.httpRequestsPerAccount),
    },
    admitHttp: (listener) => admitHttp(httpParts, listener),
  }
}

/** The same in every worker, and nobody else's. */
async function probeKey({ secrets }: Pick<OpenedStore, 'secrets'>): Promise<Uint8Array> {
  const secret = await secrets.secret('digest-nonce')
  return createHmac('sha256', secret).update('delay probe').digest()
}
