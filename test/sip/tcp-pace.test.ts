/** A TCP peer that asks faster than it is answered, or than it reads, waits alone. RFC 3261 §18.3. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import type { IncomingRequest } from '../../core/sip/sip-endpoint.ts'
import { requestText, startEndpoint, statusOf, tcpPeer } from './raw-peer.ts'

const ASKED = 2_000
const FILLER = `X-Filler: ${'x'.repeat(2_000)}\r\n`

async function setUp(t: TestContext) {
  const endpoint = await startEndpoint({ limits: { unansweredRequests: 10 } })
  t.after(() => endpoint.sip.stop())
  const peer = await tcpPeer(endpoint.tcpPort)
  t.after(() => {
    peer.close()
  })
  return { ...endpoint, peer }
}

const ask = (peer: { send(text: string): void }) => {
  for (let number = 0; number < ASKED; number++) {
    const via = `SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK${number}`
    peer.send(requestText({ via, headers: FILLER }))
  }
}

test('a connection is read no further while too many of its requests wait', async (t) => {
  const { sip, peer } = await setUp(t)
  const waiting: IncomingRequest[] = []
  let taken = 0
  sip.onRequest((request) => {
    taken++
    waiting.push(request)
  })
  ask(peer)
  await pause(150)
  assert.ok(taken >= 10 && taken < 200, `${taken} requests were read`)
  for (let answered = 0; answered < ASKED; answered++) {
    for (let rounds = 0; waiting.length === 0 && rounds < 1_000; rounds++) await pause(1)
    const request = waiting.shift() ?? assert.fail(`only ${taken} requests were read`)
    request.respond({ status: 200 })
  }
  assert.equal(taken, ASKED)
})

test('many answers on one connection come whole and in order', async (t) => {
  const { sip, peer } = await setUp(t)
  sip.onRequest((request) => {
    request.respond({ status: 200, headers: FILLER })
  })
  ask(peer)
  let text = ''
  let count = 0
  while (count < ASKED) {
    text += (await peer.receive()) ?? assert.fail(`${count} answers came`)
    const parts = text.split('\r\n\r\n')
    text = parts.pop() ?? ''
    for (const response of parts) {
      assert.equal(statusOf(response), 200)
      assert.ok(response.includes(`branch=z9hG4bK${count++}\r\n`), response.slice(0, 200))
    }
  }
})
