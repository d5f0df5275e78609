/** A presence client on loopback, with a scripted server on the other side and a clock that the test steps. */
import type { TestContext } from 'node:test'
import { sipTransportTo } from '../../client/node/sip-transports.ts'
import {
  createPresenceClient,
  type PresenceClient,
  type PresenceClientOptions,
} from '../../client/presence-client.ts'
import type { StateChange } from '../../client/state-report.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { startPeer, type Peer } from './scripted-peer.ts'

export interface Harness {
  readonly peer: Peer
  readonly client: PresenceClient
  readonly clock: ManualClock
  readonly states: StateChange[]
}

export async function setUp(
  t: TestContext,
  transport: 'udp' | 'tcp' = 'udp',
  options: Partial<PresenceClientOptions> = {},
): Promise<Harness> {
  const peer = await startPeer(transport)
  const clock = createManualClock()
  const states: StateChange[] = []
  const client = createPresenceClient({
    account: 'alice@example.com',
    password: 'secret',
    transport: sipTransportTo(peer.server),
    clock,
    onState: (change) => states.push(change),
    ...options,
  })
  t.after(async () => {
    const closed = client.close()
    await settled()
    clock.advance(2000)
    await closed
    await peer.close()
  })
  return { peer, client, clock, states }
}

/** Lets what has arrived be dealt with, and shows that nothing more comes. */
export const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 30))

export const PIDF = (basic: 'open' | 'closed', person = '') =>
  `<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:bob@example.com" ` +
  `xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" ` +
  `xmlns:c="urn:ietf:params:xml:ns:pidf:cipid"><tuple id="t1"><status><basic>${basic}</basic></status></tuple>` +
  `<dm:person id="p1">${person}</dm:person></presence>`
