import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SubscriptionRecord } from '../../core/model/event-state.ts'
import { sealJson } from '../../core/store/record-envelope.ts'
import { openSubscription, sealSubscription } from '../../core/store/subscription-record.ts'
import type { Aor } from '../../core/uri/aor.ts'

const RECORD: SubscriptionRecord = {
  id: 'l1',
  presentity: 'sip:alice@example.com' as Aor,
  eventPackage: 'presence',
  event: 'presence;id="ü\n"',
  accept: ['application/pidf+xml'],
  watcherProfile: 'standard',
  expiresAt: 1_700_000_000_000,
  callId: 'c1',
  localTag: 'l1',
  remoteTag: '',
  localUri: 'sip:alice@example.com',
  remoteUri: 'sip:bob@example.com',
  remoteTarget: 'sip:bob@192.0.2.1:5070',
  routeSet: [],
  remoteCseq: 0,
  cseqReserved: 1000,
  flow: {
    transport: 'UDP',
    localAddress: '192.0.2.2',
    localPort: 5060,
    remoteAddress: '192.0.2.1',
    remotePort: 5070,
  },
}

const FULL: SubscriptionRecord = {
  ...RECORD,
  watcher: 'sip:bob@example.com' as Aor,
  content: { contentType: 'application/resource-lists+xml', text: '<a/>' },
  encoding: 'deflate',
  quenched: true,
  subscribedAt: 0,
  waitingUntil: 1_700_000_000_001,
  routeSet: ['sip:proxy.example.com;lr'],
}

test('RFC 6665 §4.2: a subscription is read as it was written, with all that it may have and without', () => {
  for (const record of [RECORD, FULL]) {
    assert.deepEqual(openSubscription('key', sealSubscription(record)), record)
  }
})

test('a subscription that an earlier version wrote is read', () => {
  assert.deepEqual(openSubscription('key', sealJson(FULL)), FULL)
})

test('a record without the names of its values is a third shorter', () => {
  assert.ok(sealSubscription(RECORD).length < 0.7 * sealJson(RECORD).length)
})

test('an earlier version leaves the record alone: it names another format', () => {
  assert.equal(sealJson(RECORD)[0], 1)
  assert.equal(sealSubscription(RECORD)[0], 2)
})
