/** The presence agent and its SIP stack on this service's store and configuration. */
import type { MaySeeIcon } from '../core/model/presence-policy.ts'
import type { ServerCertificates } from '../core/sip/certificates.ts'
import { createSipEndpoint, type ListeningSipEndpoint } from '../core/sip/create-sip-endpoint.ts'
import type { XcapUsages } from '../core/model/xcap-usage.ts'
import type { ListenerOptions } from '../core/sip/listener.ts'
import { joinTraces } from '../core/sip/message-trace.ts'
import { createPresenceAgent, type PresenceAgent } from '../presence-agent/create-presence-agent.ts'
import { warmPresenceAgent } from '../presence-agent/warm-up.ts'
import type { Closers } from './closers.ts'
import type { Configuration } from './configuration.ts'
import type { ServerGround } from './ground.ts'
import { formatHostPort } from './host-port.ts'
import type { Work } from './life/drain.ts'
import type { SipObserved } from './metrics/sip-families.ts'
import { liveAddressList } from './life/live-address-list.ts'
import { steadyClock } from './steady-clock.ts'
import type { TlsFiles } from './tls-files.ts'
import type { TakeUpgrade } from './upgrades.ts'
import { createWebSocketClientOf } from './web-socket-client.ts'
import { hostsOfFirst } from './workers/event-state-homes.ts'
import { relayLinks } from './workers/relay-links.ts'
import type { XmppSide } from './xmpp-side.ts'

export interface SipSide {
  readonly maySeeIcon: MaySeeIcon
  readonly explain: PresenceAgent['explain']
  readonly observed: SipObserved
  /** Where it listens, as `udp:HOST:PORT`. */
  readonly addresses: readonly string[]
  /** Takes requests for a WebSocket that came to an HTTP listener. */
  readonly upgrade: TakeUpgrade
  /** Sees how long what arrives waits. */
  readonly probe: () => void
  /** Milliseconds that the oldest request that was read and is not answered has waited. */
  readonly delay: () => number
}

type SipGround = ServerGround & {
  readonly tls: Pick<TlsFiles, 'sip' | 'trusted'>
  readonly xcapUsages: XcapUsages
  /** The gateway that knows people of another network. */
  readonly xmpp?: XmppSide | undefined
}

export async function startSip(ground: SipGround, closers: Closers): Promise<SipSide> {
  const { configuration, settings, xmpp } = ground
  const { limits, presence } = configuration
  const endpoint = openEndpoint(ground)
  const agent = createAgent(ground, endpoint)
  settings.onChange(() => {
    agent.use({ presence, limits })
  })
  await warmPresenceAgent()
  await xmpp?.start(agent.source)
  await endpoint.start()
  closers.add('SIP', () => endpoint.stop())
  for (const work of worksOf(endpoint)) ground.drain.add(work)
  await agent.start()
  closers.add('the presence agent', () => agent.stop())
  const addresses = endpoint
    .addresses()
    .map(({ transport, address, port }) => named(transport, { host: address, port }))
  const { explain, maySeeIcon, delay } = agent
  const probe = () => {
    endpoint.probe()
  }
  const observed = { stack: endpoint, agent }
  return { addresses, upgrade: endpoint.upgrade, probe, delay, explain, maySeeIcon, observed }
}

function createAgent(ground: SipGround, endpoint: ListeningSipEndpoint) {
  const { configuration, settings, store, urls, xmpp } = ground
  const { sip, limits, presence } = configuration
  return createPresenceAgent({
    ...ground,
    ...store,
    sip: endpoint,
    opened: ground.team?.opened,
    isTrustedPeer: liveAddressList(settings, (now) => now.sip.trustedPeers),
    registrar: sip.registrar,
    ...(sip.outboundProxy && {
      outbound: { proxy: sip.outboundProxy, credentials: sip.outboundCredentials },
    }),
    presence,
    icons: { publicUrl: urls.icons },
    xcapRootUrls: urls.xcapRoots,
    limits,
    mayAsk: ground.load.mayAccountAsk.sip,
    ...(xmpp && { neighbour: xmpp.neighbour }),
  })
}

function worksOf(endpoint: ListeningSipEndpoint): Work[] {
  return [
    {
      name: 'SIP requests',
      stopTaking() {
        endpoint.stopTaking()
      },
      underWay: () => endpoint.underWay().server,
    },
    { name: 'NOTIFYs', stopTaking: () => undefined, underWay: () => endpoint.underWay().client },
  ]
}

function openEndpoint({ configuration, settings, load, team, tap, costs, tls, log }: SipGround) {
  const { sip, limits } = configuration
  const { sipConnections, sipConnectionsPerAddress } = limits
  return createSipEndpoint({
    listeners: sip.listen.map((wanted, index) => ({
      ...toListener(wanted, tls.sip[index]),
      batched: sip.batchedSystemCalls === 'auto',
    })),
    allow: `${sip.registrar ? 'REGISTER, ' : ''}${sip.outboundProxy ? 'NOTIFY, ' : ''}PUBLISH, SUBSCRIBE, OPTIONS`,
    limits: { connections: sipConnections, connectionsPerAddress: sipConnectionsPerAddress },
    webSockets: {
      origins: sip.webSocketOrigins,
      clientOf: createWebSocketClientOf(liveAddressList(settings, ({ http }) => http.trustProxy)),
    },
    trusted: tls.trusted,
    trace: joinTraces(tap.messages, costs.messages),
    mayBegin: load.mayBegin,
    delay: load.delay,
    sockets: team?.sockets.sip,
    relay: team && {
      links: relayLinks(team.links),
      hostsOfFirst: hostsOfFirst(configuration),
    },
    // Time set forward must not end every transaction, nor time set back hold them all up.
    clock: steadyClock,
    log,
  })
}

const TRANSPORT_NAMES = { udp: 'UDP', tcp: 'TCP', tls: 'TLS', ws: 'WS', wss: 'WSS' } as const

function toListener(
  { transport, address, advertise }: Configuration['sip']['listen'][number],
  tls: ServerCertificates | undefined,
): ListenerOptions {
  return {
    transport: TRANSPORT_NAMES[transport],
    address: address.host,
    port: address.port,
    ...(advertise !== undefined && { advertise }),
    ...(tls && { tls }),
  }
}

function named(transport: string, address: { host: string; port: number }): string {
  return `${transport.toLowerCase()}:${formatHostPort(address)}`
}
