import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unfiltered } from '../../core/model/permissions.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createNotifyHeads } from '../../presence-agent/notify/notify-heads.ts'
import type { Resource } from '../../presence-agent/resource.ts'
import { newSubscription } from '../../presence-agent/subscription.ts'

const ALICE = 'sip:alice@example.com' as Aor

function subscriptionOf(number: number) {
  const resource = { presentity: ALICE, eventPackage: { name: 'presence' } } as unknown as Resource
  return newSubscription({
    ...{ resource, watcher: undefined, profile: 'default', event: 'presence', accept: [] },
    ...{ content: undefined, encoding: undefined, condition: undefined, subscribedAt: 0, dueAt: 0 },
    permissions: unfiltered('allow'),
    dialog: {
      ...{ callId: `c${number}`, localTag: `l${number}`, remoteTag: `r${number}` },
      ...{ localUri: ALICE, remoteUri: 'sip:bob@example.com', remoteTarget: 'sip:bob@192.0.2.1' },
      ...{ routeSet: [], remoteCseq: 1 },
    },
    flow: {
      ...{ transport: 'UDP', localAddress: '192.0.2.2', localPort: 5060 },
      ...{ remoteAddress: '192.0.2.1', remotePort: 5070 },
    },
  })
}

const heads = (kept: number) => createNotifyHeads({ contactAddress: () => '192.0.2.2:5060' }, kept)

test('RFC 3261 §12.2.1.1: the head of a dialog is made once for those who are told of late', () => {
  const { of } = heads(2)
  const first = subscriptionOf(1)
  const head = of(first)
  assert.match(head.headers, /^Max-Forwards: 70\r\nFrom: <sip:alice@example\.com>;tag=l1\r\n/)
  assert.match(
    head.headers,
    /Call-ID: c1\r\nContact: <sip:192\.0\.2\.2:5060>\r\nEvent: presence\r\n$/,
  )
  assert.equal(of(first), head)
})

test('RFC 3261 §12.2.1.1: the head of who was told longest ago gives way, and is the same when it is made again', () => {
  const { of } = heads(2)
  const [first, second, third] = [subscriptionOf(1), subscriptionOf(2), subscriptionOf(3)]
  const before = of(first)
  of(second)
  of(third)
  assert.equal(first.head, undefined)
  assert.ok(second.head && third.head)
  assert.deepEqual(of(first), before)
  assert.equal(second.head, undefined)
})

test('RFC 6665 §4.2.2: the head of the last NOTIFY is not kept', () => {
  const { of } = heads(2)
  const ended = subscriptionOf(1)
  ended.ended = 'timeout'
  assert.ok(of(ended).headers.includes('Call-ID: c1'))
  assert.equal(ended.head, undefined)
})

test('RFC 6665 §4.4.1: nothing is kept of a subscription that has ended, and its place is free', () => {
  const { of, forget } = heads(2)
  const [first, second, third] = [subscriptionOf(1), subscriptionOf(2), subscriptionOf(3)]
  of(first)
  of(second)
  forget(first)
  assert.equal(first.head, undefined)
  of(third)
  assert.ok(second.head && third.head)
})
