/** A storm to watchers that have all died: it ends, and its memory comes back. RFC 6665 §4.2.2, RFC 3261 §17.1.2.2. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import test from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { startAgent, type AgentHarness } from './agent-harness.ts'
import { pidf } from './phone.ts'
import { ALICE } from './watched-alice.ts'

const WATCHERS = 4_000
const AT_ONCE = 100
/** RFC 3261 §17.1.2.2: 64 × T1; then half a minute of silence. */
const [TIMER_F, PAUSE, MARGIN] = [32_000, 30_000, 30_000]
const STEP = 10_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapInUse(): number {
  for (let times = 0; times < 4; times++) collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function subscribe(id: number, port: number): string {
  return [
    `SUBSCRIBE ${ALICE} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=z9hG4bKdead${id}`,
    `From: <sip:w${id}@example.com>;tag=w${id}`,
    `To: <${ALICE}>`,
    `Call-ID: w${id}@dead.example.com`,
    'CSeq: 1 SUBSCRIBE',
    `Contact: <sip:w${id}@127.0.0.1:${port}>`,
    `P-Asserted-Identity: <sip:w${id}@example.com>`,
    'Event: presence',
    'Expires: 7200',
    'Content-Length: 0\r\n\r\n',
  ].join('\r\n')
}

/** They subscribe, take their first NOTIFY, and are never heard of again. */
async function watchersWhoDie({ ports }: AgentHarness, count: number): Promise<void> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  let [answered, notified] = [0, 0]
  socket.on('message', (bytes) => {
    const text = bytes.toString('latin1')
    if (text.startsWith('SIP/2.0 200')) answered++
    if (!text.startsWith('NOTIFY ')) return
    notified++
    const echoed = text.match(/^(?:via|from|to|call-id|cseq):.*\r\n/gim)?.join('') ?? ''
    socket.send(`SIP/2.0 200 OK\r\n${echoed}Content-Length: 0\r\n\r\n`, ports.UDP, '127.0.0.1')
  })
  for (let id = 0; id < count; id += AT_ONCE) {
    for (let one = id; one < id + AT_ONCE; one++) {
      socket.send(subscribe(one, socket.address().port), ports.UDP, '127.0.0.1')
    }
    while (answered < id + AT_ONCE || notified < id + AT_ONCE) await setImmediate()
  }
  socket.close()
}

test(`${WATCHERS} watchers that have died are forgotten, and the heap is within a tenth of what it was`, async (t) => {
  const agent = await startAgent(t, { trusted: true, domains: [{ externalAccounts: true }] })
  const alice = await agent.phone('alice')
  // What the first storm costs is code and caches, which stay.
  await watchersWhoDie(agent, WATCHERS)
  const first = await alice.publish(pidf(ALICE, 'open'))
  await storm(agent)
  const before = heapInUse()
  await watchersWhoDie(agent, WATCHERS)
  await agent.advance(0)
  const full = heapInUse()
  const ifMatch = `SIP-If-Match: ${first.header('sip-etag') ?? ''}`
  await alice.publish(pidf(ALICE, 'closed'), [ifMatch])
  await storm(agent)
  const after = heapInUse()
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
  t.diagnostic([before, full, after].map(mebibytes).join(' → '))
  assert.ok(full > before * 1.1, 'the measurement can see them')
  assert.ok(after < before * 1.1, 'their memory has come back')
  assert.equal(await stored(agent), 0)
})

/** Until the store holds none of them: two NOTIFYs that time out, a pause between them. */
async function storm(agent: AgentHarness): Promise<void> {
  for (let time = 0; (await stored(agent)) > 0; time += STEP) {
    assert.ok(time < 2 * TIMER_F + PAUSE + MARGIN, 'they should have ended by now')
    for (let passed = 0; passed < STEP; passed += 1_000) {
      agent.clock.advance(1_000)
      for (let turns = 0; turns < 12; turns++) await setImmediate()
    }
  }
  // Responses are kept to answer retransmissions. RFC 3261 §17.2.2
  agent.clock.advance(TIMER_F)
}

async function stored({ store }: AgentHarness): Promise<number> {
  const ids: string[] = []
  for await (const { id } of store.eventState.subscriptions()) ids.push(id)
  return ids.length
}
