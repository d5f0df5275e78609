/** Non-INVITE client transactions on a stepped clock. RFC 3261 §17.1.2, §17.1.3. */
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { ByteSlab } from '../../core/sip/byte-slab.ts'
import { createClientTransactions } from '../../core/sip/client-transactions.ts'
import { createSipCounts } from '../../core/sip/sip-counts.ts'
import { parseSipMessage } from '../../core/sip/parse-sip-message.ts'
import type { OutgoingRequest, RequestOutcome } from '../../core/sip/sip-endpoint.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { fakeFlow } from './fake-flow.ts'

function setUp(transport: 'UDP' | 'TCP' = 'UDP', limit = 100_000) {
  const clock = createManualClock()
  const slab = new ByteSlab()
  const client = createClientTransactions({ slab, clock, limit, counts: createSipCounts() })
  const { flow, sent } = fakeFlow(transport)
  const outcomes: RequestOutcome[] = []
  const started = clock.now()
  const start = (parts: Partial<OutgoingRequest> = {}) => {
    client.start({ ...NOTIFY, destination: flow, ...parts }, flow, (outcome) => {
      outcomes.push(outcome)
    })
  }
  return { clock, slab, client, flow, sent, outcomes, start, elapsed: () => clock.now() - started }
}

const NOTIFY: Omit<OutgoingRequest, 'destination'> = {
  method: 'NOTIFY',
  requestUri: 'sip:bob@127.0.0.1',
  headers:
    'From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>;tag=2\r\nCall-ID: c1\r\nCSeq: 7 NOTIFY\r\nMax-Forwards: 70\r\n',
  body: Buffer.from('body'),
}

/** The response of a peer that copies what it must. */
function response(sent: string, status = 200, cseq = '7 NOTIFY'): SipMessage {
  const via = /^Via: .*$/m.exec(sent)?.[0] ?? ''
  const text =
    `SIP/2.0 ${status} Fine\r\n${via}\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:b@x>;tag=2\r\n` +
    `Call-ID: c1\r\nCSeq: ${cseq}\r\nContent-Length: 0\r\n\r\n`
  const message = parseSipMessage(Buffer.from(text), { stream: false })
  assert.ok(!('problem' in message))
  return message
}

describe('non-INVITE client transactions', () => {
  test('RFC 3261 §17.1.2.2: Timer E doubles up to 4 s, Timer F ends it after 32 s', () => {
    const { clock, sent, outcomes, start, elapsed } = setUp()
    start()
    const times: number[] = []
    for (let seen = sent.length; outcomes.length === 0 && elapsed() < 40_000;) {
      clock.advance(100)
      if (sent.length > seen) times.push(elapsed())
      seen = sent.length
    }
    assert.deepEqual(times, [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
    assert.deepEqual(outcomes, [{ kind: 'timeout' }])
    assert.equal(elapsed(), 32_000)
    assert.equal(new Set(sent).size, 1)
  })

  test('RFC 3261 §17.1.2.2: in Proceeding it is sent again every 4 s', () => {
    const { clock, client, sent, outcomes, start } = setUp()
    start()
    assert.equal(client.receive(response(sent[0] ?? '', 100)), true)
    clock.advance(500)
    assert.equal(sent.length, 2)
    clock.advance(3999)
    assert.equal(sent.length, 2)
    clock.advance(1)
    assert.equal(sent.length, 3)
    clock.advance(27_499)
    assert.deepEqual(outcomes, [])
    clock.advance(1)
    assert.deepEqual(outcomes, [{ kind: 'timeout' }])
  })

  test('RFC 3261 §17.1.2.2: over a reliable transport it is sent once', () => {
    const { clock, sent, outcomes, start, slab } = setUp('TCP')
    start()
    clock.advance(31_999)
    assert.equal(sent.length, 1)
    assert.deepEqual(outcomes, [])
    clock.advance(1)
    assert.deepEqual(outcomes, [{ kind: 'timeout' }])
    assert.equal(slab.bytes, 0)
  })

  test('RFC 3261 §17.1.2.2: a final response ends it; within Timer K and after, copies are absorbed', () => {
    const { clock, client, sent, outcomes, start } = setUp()
    start()
    const final = response(sent[0] ?? '', 481)
    assert.equal(client.receive(final), true)
    assert.equal(client.receive(final), false)
    clock.advance(40_000)
    assert.equal(client.receive(final), false)
    assert.equal(sent.length, 1)
    assert.deepEqual(outcomes, [{ kind: 'response', response: final }])
  })

  test('RFC 3261 §17.1.3: branch and CSeq method must both be ours', () => {
    const { client, sent, outcomes, start } = setUp()
    start()
    const own = sent[0] ?? ''
    assert.equal(client.receive(response(own, 200, '7 PUBLISH')), false)
    for (const branch of [
      'z9hG4bKx',
      'z9hG4bK.0.1',
      own.replace(/.*branch=([^.]*)[^]*/, '$1.zz.1'),
    ]) {
      const stray = response(own.replace(/branch=[^\r]*/, `branch=${branch}`))
      assert.equal(client.receive(stray), false)
    }
    assert.deepEqual(outcomes, [])
    assert.equal(client.receive(response(own)), true)
  })

  test('a slot that was used before does not take the answer of its former request', () => {
    const { client, sent, outcomes, start } = setUp()
    start()
    client.receive(response(sent[0] ?? ''))
    start()
    assert.equal(client.receive(response(sent[0] ?? '')), false)
    assert.equal(outcomes.length, 1)
    assert.equal(client.receive(response(sent[1] ?? '')), true)
  })

  test('RFC 3261 §8.1.1.7, RFC 3581 §3: Via, Content-Length and body are written', () => {
    const { sent, start } = setUp()
    start()
    const [head = '', body] = sent[0]?.split('\r\n\r\n') ?? []
    assert.match(
      head,
      /^NOTIFY sip:bob@127\.0\.0\.1 SIP\/2\.0\r\nVia: SIP\/2\.0\/UDP 127\.0\.0\.1:5060;rport;branch=z9hG4bK/,
    )
    assert.match(head, /Content-Length: 4$/)
    assert.equal(body, 'body')
  })

  test('a connection that ends fails what went along it', () => {
    const { client, flow, outcomes, start, slab } = setUp('TCP')
    start()
    client.flowClosed(fakeFlow('TCP').flow)
    assert.deepEqual(outcomes, [])
    client.flowClosed(flow)
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['transport-error'],
    )
    assert.equal(client.live, 0)
    assert.equal(slab.bytes, 0)
  })

  test('beyond the limit a request fails, later', async () => {
    const { outcomes, sent, start } = setUp('UDP', 2)
    start()
    start()
    start()
    assert.deepEqual(outcomes, [])
    await setImmediate()
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['transport-error'],
    )
    assert.equal(sent.length, 2)
  })

  test('10,000 requests that nobody answers: sent again as one queue, then their memory goes back', () => {
    const { clock, client, sent, outcomes, start, slab } = setUp()
    for (let at = 0; at < 10_000; at++) start()
    clock.advance(500)
    assert.equal(sent.length, 20_000)
    clock.advance(31_500)
    assert.equal(sent.length, 110_000)
    assert.equal(outcomes.length, 10_000)
    assert.equal(client.live, 0)
    assert.equal(slab.bytes, 0)
    assert.ok(slab.pageCount <= 10)
  })
})
