/** The running server under torture: every message of RFC 4475, then ten thousand broken ones, the same in every run. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { tcpPeer, udpPeer, statusOf, type RawPeer } from '../sip/raw-peer.ts'
import { TORTURE_OUTCOMES } from '../sip/torture-outcomes.ts'
import { brokenMessages } from '../support/broken-messages.ts'
import { openInspector, type Inspector } from '../support/inspector.ts'
import { startVisage, type VisageProcess } from '../support/visage-process.ts'

const SEED = 20_261_121
const MESSAGES = 10_000
/** Timer J keeps answers for 32 s. RFC 3261 §17.2.2 */
const FORGOTTEN_MS = 40_000

let visage: VisageProcess
let inspector: Inspector

before(async () => {
  visage = await startVisage({
    config: { domains: ['example.com'] },
    env: { NODE_OPTIONS: '--inspect=127.0.0.1:0' },
  })
  inspector = await openInspector(visage.server)
})

after(async () => {
  inspector.close()
  await visage.end()
})

const bytesOf = (name: string) =>
  readFileSync(new URL(`../fixtures/rfc4475/${name}.dat`, import.meta.url))

for (const [transport, open] of [
  ['UDP', udpPeer],
  ['TCP', tcpPeer],
] as const) {
  test(`RFC 4475: the running server survives every message over ${transport} and says what it must`, async () => {
    for (const [name, outcome] of Object.entries(TORTURE_OUTCOMES)) {
      const peer = await open(visage.sipPort)
      peer.send(bytesOf(name))
      const status = statusOf(await peer.receive(outcome === 'silence' ? 20 : 300))
      peer.close()
      // What the endpoint refuses by itself it refuses here too; the rest is the presence agent's to answer.
      if (transport === 'UDP' && status !== undefined && outcome !== 200)
        assert.equal(status, outcome, name)
      if (status !== undefined) assert.notEqual(status, 500, name)
      await assertServing()
    }
  })
}

test(`ten thousand broken messages, seed ${SEED}: OPTIONS is answered, and the heap is back within a tenth of its base`, async () => {
  // The code and the tables that the first messages bring are part of the base.
  await sendAll(brokenMessages(SEED - 1, 1_000))
  await pause(500)
  const base = await inspector.usedHeap()
  await sendAll(brokenMessages(SEED, MESSAGES))
  await assertServing()
  const give = Date.now() + FORGOTTEN_MS
  let now = await inspector.usedHeap()
  while (now > base * 1.1 && Date.now() < give) {
    await pause(1_000)
    now = await inspector.usedHeap()
  }
  assert.ok(now <= base * 1.1, `${now} bytes in use, ${base} before`)
  await assertServing()
})

test(`ten thousand broken messages of a peer that is believed, seed ${SEED + 1}: what gets past the digest is answered as it must be too`, async (t) => {
  const believing = await startVisage({
    config: {
      domains: [{ name: 'example.com', externalAccounts: true }],
      sip: { trustedPeers: ['127.0.0.1/32'] },
    },
  })
  t.after(() => believing.end())
  const answers = await sendAll(brokenMessages(SEED + 1, MESSAGES), believing.sipPort)
  assert.ok(answers.includes('SIP/2.0 200 OK'))
  // With another reason it is an answer that a standard asks for.
  assert.ok(!answers.includes('SIP/2.0 500 Server Internal Error'))
  await assertServing(believing.sipPort)
})

/** Gives the first lines of what came back over UDP. */
async function sendAll(messages: readonly Buffer[], port = visage.sipPort): Promise<string[]> {
  const udp = await udpPeer(port)
  let tcp: RawPeer | undefined
  for (const [number, message] of messages.entries()) {
    if (number % 2 === 0) udp.send(message)
    else {
      // A message that spoils the stream ends its connection: one for every ten.
      if (number % 20 === 1) {
        tcp?.close()
        tcp = await tcpPeer(port)
      }
      tcp?.send(message)
    }
    if (number % 50 === 0) await pause(1)
  }
  const answers: string[] = []
  for (let text = await udp.receive(200); text !== undefined; text = await udp.receive(200)) {
    answers.push(text.split('\r\n', 1)[0] ?? '')
  }
  tcp?.close()
  udp.close()
  return answers
}

let probes = 0

async function assertServing(port = visage.sipPort): Promise<void> {
  const peer = await udpPeer(port)
  const id = `probe${++probes}`
  peer.send(
    `OPTIONS sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP probe.invalid;branch=z9hG4bK${id};rport\r\n` +
      `From: <sip:p@example.com>;tag=${id}\r\nTo: <sip:example.com>\r\nCall-ID: ${id}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n\r\n`,
  )
  const status = statusOf(await peer.receive())
  peer.close()
  assert.equal(status, 200)
}
