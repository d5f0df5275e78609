/** Non-INVITE server transactions on a stepped clock. RFC 3261 §17.2.2, §17.2.3, §8.2.2.2. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ByteSlab } from '../../core/sip/byte-slab.ts'
import type { SendingFlow } from '../../core/sip/flow.ts'
import { parseSipMessage } from '../../core/sip/parse-sip-message.ts'
import {
  createServerTransactions,
  type MayBegin,
  type ServerTransactions,
} from '../../core/sip/server-transactions.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { fakeFlow } from './fake-flow.ts'
import { requestText } from './raw-peer.ts'

function request(parts: Parameters<typeof requestText>[0] = {}): SipMessage {
  const message = parseSipMessage(Buffer.from(requestText(parts)), { stream: false })
  assert.ok(!('problem' in message))
  return message
}

function setUp(limit = 1000, mayBegin?: MayBegin) {
  const clock = createManualClock()
  const slab = new ByteSlab()
  return { clock, slab, server: createServerTransactions({ slab, clock, limit, mayBegin }) }
}

/** Answers a request as the endpoint does: the response holds what the request is known by. */
function answer(server: ServerTransactions, message: SipMessage, flow: SendingFlow, body?: Buffer) {
  const admission = server.admit(message, udp)
  assert.ok(admission.kind === 'new', admission.kind)
  return server.complete(admission, message.head.replace(/^.*/, 'SIP/2.0 200 OK'), body, flow)
}

const udp = fakeFlow('UDP').flow
const tcp = fakeFlow('TCP').flow

describe('non-INVITE server transactions', () => {
  test('RFC 3261 §17.2.2: in Trying a retransmission is discarded', () => {
    const { server } = setUp()
    const message = request()
    assert.equal(server.admit(message, udp).kind, 'new')
    assert.equal(server.admit(message, udp).kind, 'pending')
  })

  test('RFC 3261 §17.2.2: in Completed a retransmission gets the same octets', () => {
    const { server } = setUp()
    const message = request()
    const first = answer(server, message, udp, Buffer.from('body'))
    const again = server.admit(message, udp)
    assert.ok(again.kind === 'answered' && first && again.response.equals(first))
    assert.ok(first.toString().endsWith('body'))
  })

  test('RFC 3261 §17.2.2: Timer J ends the transaction after 32 s, not before', () => {
    const { server, clock, slab } = setUp()
    const message = request()
    clock.advance(10_000)
    answer(server, message, udp)
    clock.advance(31_999)
    assert.equal(server.admit(message, udp).kind, 'answered')
    clock.advance(1)
    assert.equal(server.live, 0)
    assert.equal(slab.bytes, 0)
    assert.equal(server.admit(message, udp).kind, 'new')
  })

  test('RFC 3261 §17.2.2: over a reliable transport Timer J is zero', () => {
    const { server, slab } = setUp()
    const message = request()
    assert.ok(answer(server, message, tcp))
    assert.equal(server.live, 0)
    assert.equal(slab.bytes, 0)
  })

  test('RFC 4320 §4.2: a request that nobody answers is forgotten without 408', () => {
    const { server, clock } = setUp()
    const admission = server.admit(request(), udp)
    clock.advance(32_000)
    assert.equal(server.live, 0)
    assert.ok(admission.kind === 'new')
    assert.equal(server.complete(admission, 'SIP/2.0 200 OK\r\n', undefined, udp), undefined)
  })

  test('RFC 3261 §17.2.2: a second final response is not sent', () => {
    const { server } = setUp()
    const admission = server.admit(request(), udp)
    assert.ok(admission.kind === 'new')
    assert.ok(server.complete(admission, 'SIP/2.0 200 OK\r\n', undefined, udp))
    assert.equal(server.complete(admission, 'SIP/2.0 500 No\r\n', undefined, udp), undefined)
  })

  test('RFC 3261 §17.2.3: sent-by and method are part of the key', () => {
    const { server } = setUp()
    const branch = 'z9hG4bKsame'
    const callId = 'one'
    answer(server, request({ branch, callId }), udp)
    const elsewhere = request({ via: `SIP/2.0/UDP 127.0.0.1:10;branch=${branch}`, callId: 'two' })
    assert.equal(server.admit(elsewhere, udp).kind, 'new')
    assert.equal(server.admit(request({ branch, callId, method: 'PUBLISH' }), udp).kind, 'new')
  })

  test('RFC 3261 §17.2.3: a peer of RFC 2543 is told by all that its request has', () => {
    for (const via of [
      'SIP/2.0/UDP old.example.com',
      'SIP/2.0/UDP old.example.com;branch=z9hG4bK',
    ]) {
      const { server } = setUp()
      const message = request({ via, callId: 'old' })
      answer(server, message, udp)
      assert.equal(server.admit(message, udp).kind, 'answered')
      assert.equal(server.admit(request({ via, callId: 'old', cseq: 2 }), udp).kind, 'new')
    }
  })

  test('RFC 3261 §8.2.2.2: the same request by another way is merged', () => {
    const { server } = setUp()
    answer(server, request({ callId: 'forked' }), udp)
    assert.equal(server.admit(request({ callId: 'forked' }), udp).kind, 'merged')
    assert.equal(server.admit(request({ callId: 'forked', cseq: 2 }), udp).kind, 'new')
    // Within a dialog there is no forking.
    assert.equal(server.admit(request({ callId: 'forked', toTag: 't' }), udp).kind, 'new')
  })

  test('beyond the limit new requests are refused, known ones are still answered', () => {
    const { server, clock } = setUp(2)
    const known = request()
    answer(server, known, udp)
    answer(server, request(), udp)
    assert.equal(server.admit(request(), udp).kind, 'overload')
    assert.equal(server.admit(known, udp).kind, 'answered')
    clock.advance(32_000)
    assert.equal(server.admit(request(), udp).kind, 'new')
  })

  test('the memory of a storm goes back', () => {
    const { server, clock, slab } = setUp(100_000)
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 5000; at++) answer(server, request(), udp, Buffer.alloc(at % 700))
      assert.equal(server.live, 5000)
      clock.advance(32_000)
      assert.equal(server.live, 0)
      assert.equal(slab.bytes, 0)
      assert.ok(slab.pageCount <= 10, `${slab.pageCount} pages stay`)
    }
  })

  test('RFC 7339 §6: while new requests are refused, those under way keep their answers', () => {
    let mayBegin = true
    const { server } = setUp(1000, () => mayBegin)
    const known = request()
    answer(server, known, udp)
    mayBegin = false
    assert.equal(server.admit(request(), udp).kind, 'overload')
    assert.equal(server.admit(known, udp).kind, 'answered')
    assert.equal(server.live, 1, 'nothing is kept of what was refused')
  })
})
