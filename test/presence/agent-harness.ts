/** A presence agent on a real endpoint and a Level store in a folder of its own, with a clock that stands still. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createDigestAuthenticator } from '../../core/digest/digest-authenticator.ts'
import { ha1Credentials } from '../../core/digest/account-credentials.ts'
import { hmacSha256, nodeHashes } from '../../core/digest/node-hashes.ts'
import type { Account } from '../../core/model/account.ts'
import { createDomains, type Domain } from '../../core/model/domain.ts'
import { silentLog } from '../../core/model/log.ts'
import { createSipEndpoint } from '../../core/sip/create-sip-endpoint.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import type { Aor } from '../../core/uri/aor.ts'
import {
  createPresenceAgent,
  type PresenceAgent,
} from '../../presence-agent/create-presence-agent.ts'
import type { PresenceAgentOptions } from '../../presence-agent/presence-agent-options.ts'
import type { Explanation } from '../../presence-agent/explanation/explanation.ts'
import { createFindCredential } from '../../service/find-credential.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { authority, certificates } from '../support/certificates.ts'
import { openSipClient } from '../support/sip-client.ts'
import type { SipClientTransport } from '../support/sip-wires.ts'
import { createPhone, type Phone } from './phone.ts'

export const PASSWORD = 'secret'
export const ICONS_URL = 'http://127.0.0.1:8080'

const TRANSPORTS = ['UDP', 'TCP', 'TLS', 'WS', 'WSS'] as const
const ANY_PORTS: Ports = { UDP: 0, TCP: 0, TLS: 0, WS: 0, WSS: 0 }

type Ports = Readonly<Record<SipClientTransport, number>>

export interface AgentHarness {
  readonly clock: ManualClock
  readonly store: OpenedStore
  readonly ports: Ports
  /** A phone of that user of example.com; closed at the end of the test. */
  phone(user: string, options?: PhoneOptions): Promise<Phone>
  addAccount(user: string, rest?: Partial<Account>): Promise<void>
  explain(watcher: string, presentity: string): Promise<Explanation>
  readonly maySeeIcon: PresenceAgent['maySeeIcon']
  readonly source: PresenceAgent['source']
  /** Lets time pass, once every NOTIFY that is on its way has its answer. */
  advance(milliseconds: number): Promise<void>
  /** Ends the agent and starts another in the same folder, at the same ports. */
  restart(meanwhile?: () => void): Promise<void>
}

interface PhoneOptions {
  readonly transport?: SipClientTransport
  readonly domain?: string
}

export interface HarnessOptions {
  readonly domains?: readonly Partial<Domain>[]
  readonly trusted?: boolean
  readonly agent?: Partial<PresenceAgentOptions>
  /** In place of a store and a clock of its own: the store is opened at each start. */
  readonly shared?: { readonly clock: ManualClock; readonly open: () => Promise<OpenedStore> }
  /** These stand between the agent and the store. */
  readonly eventState?: (store: OpenedStore) => PresenceAgentOptions['eventState']
  readonly documents?: (store: OpenedStore) => PresenceAgentOptions['documents']
}

interface Running extends Pick<PresenceAgent, 'explain' | 'maySeeIcon' | 'source'> {
  readonly store: OpenedStore
  readonly ports: Ports
  /** Resolves when no NOTIFY waits for its answer; rejects after two seconds. */
  answered(): Promise<void>
  stop(): Promise<void>
}

export async function startAgent(
  t: TestContext,
  options: HarnessOptions = {},
): Promise<AgentHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-presence-'))
  const clock = options.shared?.clock ?? createManualClock()
  let running = await run(folder, clock, options, ANY_PORTS)
  t.after(async () => {
    await running.stop()
    await rm(folder, { recursive: true })
  })
  const harness: AgentHarness = {
    clock,
    get store() {
      return running.store
    },
    get ports() {
      return running.ports
    },
    async phone(user, { transport = 'UDP', domain = 'example.com' } = {}) {
      const client = await openSipClient(running.ports[transport], transport)
      t.after(() => client.close())
      return createPhone(client, user, domain, PASSWORD)
    },
    async addAccount(user, rest = {}) {
      const aor = `sip:${user}@example.com` as Aor
      const credentials = ha1Credentials({
        hashes: nodeHashes,
        usernames: [user, `${user}@example.com`],
        realm: 'example.com',
        password: PASSWORD,
        algorithms: ['MD5'],
      })
      await running.store.accounts.put({ aor, aliases: [], credentials, ...rest })
    },
    explain: (watcher, presentity) => running.explain(watcher, presentity),
    maySeeIcon: (...asked) => running.maySeeIcon(...asked),
    get source() {
      return running.source
    },
    async advance(milliseconds) {
      await running.answered()
      clock.advance(milliseconds)
    },
    async restart(meanwhile = () => undefined) {
      const { ports } = running
      await running.answered()
      await running.stop()
      meanwhile()
      running = await run(folder, clock, options, ports)
    },
  }
  for (const user of ['alice', 'bob', 'carol']) await harness.addAccount(user)
  return harness
}

async function run(
  folder: string,
  clock: ManualClock,
  options: HarnessOptions,
  ports: Ports,
): Promise<Running> {
  const openAlone = () => openLevelStore({ folder, clock, log: silentLog })
  const store = await (options.shared?.open ?? openAlone)()
  const listeners = TRANSPORTS.map((transport) => ({
    ...{ transport, address: '127.0.0.1', port: ports[transport] },
    tls: certificates('localhost'),
  }))
  const sip = createSipEndpoint({
    ...{ listeners, clock, allow: 'OPTIONS', trusted: () => [authority] },
    log: options.agent?.log ?? silentLog,
  })
  const domains = createDomains((options.domains ?? [{}]).map(domain))
  const authenticator = createDigestAuthenticator<Account>({
    hashes: nodeHashes,
    sign: hmacSha256(await store.secrets.secret('digest-nonce')),
    clock,
    algorithms: ['MD5'],
    findCredential: createFindCredential(store),
  })
  const agent = createPresenceAgent({
    sip,
    ...store,
    eventState: options.eventState?.(store) ?? store.eventState,
    documents: options.documents?.(store) ?? store.documents,
    domains,
    authenticator,
    isTrustedPeer: () => options.trusted ?? false,
    registrar: true,
    presence: { minExpires: 60, maxExpires: 7200, throttle: 0, iconWithStatusIcon: true },
    icons: { publicUrl: ICONS_URL },
    xcapRootUrls: [`${ICONS_URL}/xcap-root`],
    clock,
    log: silentLog,
    ...options.agent,
  })
  await sip.start()
  await agent.start()
  const bound = sip.addresses().map(({ transport, port }) => [transport, port])
  return {
    store,
    ...{ explain: agent.explain, maySeeIcon: agent.maySeeIcon, source: agent.source },
    ports: Object.fromEntries(bound) as Ports,
    async answered() {
      const patience = Date.now() + 2_000
      while (sip.load().client > 0) {
        if (Date.now() > patience) throw new Error('a NOTIFY was not answered')
        await setImmediate()
      }
    },
    async stop() {
      await agent.stop()
      await sip.stop()
      await store.close()
    },
  }
}

function domain(given: Partial<Domain>): Domain {
  const name = given.name ?? 'example.com'
  return {
    name,
    realm: name,
    aliases: [],
    defaultPolicy: 'allow-domain',
    externalAccounts: false,
    ...given,
  }
}
