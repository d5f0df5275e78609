/** The presence agent and its SIP stack on this service's store and configuration. */
import { createSipEndpoint } from '../core/sip/create-sip-endpoint.ts'
import { createPresenceAgent } from '../presence-agent/create-presence-agent.ts'
import { warmPresenceAgent } from '../presence-agent/warm-up.ts'
import { createAddressList } from './address-list.ts'
import type { Closers } from './closers.ts'
import type { Configuration } from './configuration.ts'
import type { ServerGround } from './ground.ts'
import { formatHostPort } from './host-port.ts'
import { steadyClock } from './steady-clock.ts'

/** Gives where it listens, as `udp:HOST:PORT`. */
export async function startSip(ground: ServerGround, closers: Closers): Promise<string[]> {
  const { configuration, store, urls, log } = ground
  const { sip, limits, presence } = configuration
  const endpoint = createSipEndpoint({
    listeners: sip.listen.map(toListener),
    allow: `${sip.registrar ? 'REGISTER, ' : ''}PUBLISH, SUBSCRIBE, OPTIONS`,
    limits: { connections: limits.sipConnections },
    // Time set forward must not end every transaction, nor time set back hold them all up.
    clock: steadyClock,
    log,
  })
  const agent = createPresenceAgent({
    ...ground,
    ...store,
    sip: endpoint,
    isTrustedPeer: createAddressList(sip.trustedPeers),
    registrar: sip.registrar,
    presence,
    icons: { publicUrl: urls.icons },
    xcapRootUrls: urls.xcapRoots,
    limits,
  })
  await warmPresenceAgent()
  await endpoint.start()
  closers.add('SIP', () => endpoint.stop())
  await agent.start()
  closers.add('the presence agent', () => agent.stop())
  return endpoint
    .addresses()
    .map(({ transport, address, port }) => named(transport, { host: address, port }))
}

function toListener({ transport, address, advertise }: Configuration['sip']['listen'][number]) {
  return {
    transport: transport === 'udp' ? ('UDP' as const) : ('TCP' as const),
    address: address.host,
    port: address.port,
    ...(advertise === undefined ? {} : { advertise }),
  }
}

function named(transport: string, address: { host: string; port: number }): string {
  return `${transport.toLowerCase()}:${formatHostPort(address)}`
}
