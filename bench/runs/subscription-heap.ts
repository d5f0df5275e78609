/** Heap of the presence agent per subscription: a whole agent on a wire of its own, in a process with --expose-gc. */
import { createDomains } from '../../core/model/domain.ts'
import { silentLog } from '../../core/model/log.ts'
import { parseSipMessage } from '../../core/sip/parse-sip-message.ts'
import type {
  Flow,
  IncomingRequest,
  OutgoingResponse,
  SipEndpoint,
} from '../../core/sip/sip-endpoint.ts'
import { randomToken } from '../../core/sip/random-token.ts'
import { SipMessage } from '../../core/sip/sip-message.ts'
import { EMPTY_STORES } from '../../presence-agent/empty-stores.ts'
import { createPresenceAgent } from '../../presence-agent/create-presence-agent.ts'
import { DOMAIN, publish, subscribe } from '../load/sip-messages.ts'

/** Watchers that a presentity has. */
const WATCHERS = 10
const BATCH = 256

const collect = globalThis.gc ?? (() => undefined)

function heapInUse(): number {
  for (let times = 0; times < 4; times++) collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const TAKEN =
  'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKn\r\nFrom: <sip:a@b>;tag=1\r\n' +
  'To: <sip:a@b>;tag=2\r\nCall-ID: n\r\nCSeq: 1 NOTIFY\r\nContent-Length: 0\r\n\r\n'

/** Takes every NOTIFY with 200; each watcher is at a port of its own. */
function createWire() {
  let notified = 0
  let handler: (request: IncomingRequest) => void = () => undefined
  let endOfTurn: () => void = () => undefined
  const taken = parsed(TAKEN)
  const sip: SipEndpoint = {
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    onRequest: (given) => void (handler = given),
    onTurnEnd: (given) => void (endOfTurn = given),
    onFlowClosed: () => undefined,
    request: (_, done) => {
      notified++
      setImmediate(() => {
        done({ kind: 'response', response: taken })
      })
    },
    contactAddress: () => '127.0.0.1:5060',
    findFlow: () => undefined,
    dialogTag: () => randomToken(),
  }
  return {
    sip,
    receive(text: string, port: number): void {
      const respond = ({ status }: OutgoingResponse) => {
        if (status !== 200) throw new Error(`answered ${status}`)
      }
      handler({ message: parsed(text), flow: flowFrom(port), respond })
    },
    notified: () => notified,
    async endTurn(): Promise<void> {
      endOfTurn()
      for (let turns = 0; turns < 4; turns++) await new Promise((done) => setImmediate(done))
    },
  }
}

function parsed(text: string): SipMessage {
  const message = parseSipMessage(Buffer.from(text, 'latin1'), { stream: false })
  if (!(message instanceof SipMessage)) throw new Error(message.problem)
  return message
}

function flowFrom(remotePort: number): Flow {
  const ours = { localAddress: '127.0.0.1', localPort: 5060 }
  return { transport: 'UDP', ...ours, remoteAddress: '127.0.0.1', remotePort, alive: true }
}

function createAgent(sip: SipEndpoint) {
  return createPresenceAgent({
    sip,
    ...EMPTY_STORES,
    domains: createDomains([
      {
        ...{ name: DOMAIN, realm: DOMAIN, aliases: [] },
        defaultPolicy: 'allow',
        externalAccounts: true,
      },
    ]),
    isTrustedPeer: () => true,
    registrar: false,
    presence: { minExpires: 60, maxExpires: 7200, throttle: 0, iconWithStatusIcon: true },
    icons: { publicUrl: `http://${DOMAIN}` },
    xcapRootUrls: [],
    clock: { now: Date.now, after: () => () => undefined },
    log: silentLog,
    limits: { subscriptions: 1_000_000 },
  })
}

async function heapPerSubscription(subscriptions: number): Promise<number> {
  const wire = createWire()
  const agent = createAgent(wire.sip)
  await agent.start()
  const presentities = subscriptions / WATCHERS
  for (let presentity = 0; presentity < presentities; presentity++) {
    wire.receive(
      publish(`z9hG4bKp${presentity}`, { presentity, version: 1, tag: '', cseq: 1 }),
      5080,
    )
    if (presentity % BATCH === 0) await wire.endTurn()
  }
  await wire.endTurn()
  const before = heapInUse()
  for (let id = 0; id < subscriptions; id++) {
    const port = 1024 + (id % 60_000)
    wire.receive(subscribe(`z9hG4bKs${id}`, { id, presentity: id % presentities, port }), port)
    if (id % BATCH === 0) await wire.endTurn()
  }
  while (wire.notified() < subscriptions) await wire.endTurn()
  const grown = heapInUse() - before
  await agent.stop()
  return grown / subscriptions
}

const bytes = await heapPerSubscription(Number(process.argv[2] ?? 10_000))
process.stdout.write(`${JSON.stringify({ bytes: Math.round(bytes) })}\n`)
