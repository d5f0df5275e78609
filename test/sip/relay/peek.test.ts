/** Which worker a message belongs to, told from its octets. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { bucketOf, homeOfBucket } from '../../../core/sip/relay/bucket.ts'
import { createDialogTags } from '../../../core/sip/relay/relay.ts'
import { createPeek } from '../../../core/sip/relay/peek.ts'
import { parseSipMessage } from '../../../core/sip/parse-sip-message.ts'
import { SipMessage } from '../../../core/sip/sip-message.ts'
import { brokenMessages } from '../../support/broken-messages.ts'

const WORKERS = 16
const hostsOfFirst = new Set(['xmpp.example.org'])
const peek = createPeek({ workers: WORKERS, hostsOfFirst })

function bucket(uri: string): number | undefined {
  const octets = Buffer.from(uri)
  return bucketOf(octets, 0, octets.length)
}

interface Parts {
  readonly method?: string
  readonly uri?: string
  readonly to?: string
  readonly before?: string
}

function request({ method = 'SUBSCRIBE', uri = 'sip:alice@example.com', to, before = '' }: Parts) {
  return Buffer.from(
    `${before}${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1\r\n` +
      `From: <sip:bob@example.com>;tag=f\r\n${to ?? `To: <${uri}>\r\n`}Call-ID: c\r\nCSeq: 1 ${method}\r\n\r\n`,
  )
}

test('RFC 3261 §19.1.4: spellings of one address fall into one bucket', () => {
  const [first, ...others] = [
    'sip:alice@example.com',
    'sips:alice@EXAMPLE.com:5061;transport=tcp',
    'pres:alice@example.com',
    'alice@example.com',
    'SIP:%61lice:secret@Example.Com?Subject=x',
    'sip:alice@example.com;user=phone',
  ].map(bucket)
  assert.notEqual(first, undefined)
  for (const other of others) assert.equal(other, first)
  assert.equal(bucket('tel:+49-30-1234;x=1'), bucket('tel:+49301234'))
  assert.equal(bucket('sip:a@[2001:DB8::1]:5060'), bucket('sip:a@[2001:db8::1]'))
  assert.equal(bucket('sip:example.com'), undefined)
})

test('addresses spread evenly over the workers', () => {
  const counts = new Array<number>(4).fill(0)
  for (let at = 0; at < 10_000; at++) {
    const home = homeOfBucket(bucket(`sip:user${at}@example.com`) ?? 0, 4)
    counts[home - 1] = (counts[home - 1] ?? 0) + 1
  }
  for (const count of counts) assert.ok(count > 2_000 && count < 3_000, counts.join())
})

test('a request outside a dialog belongs to the address that it names', () => {
  const home = (uri: string) => homeOfBucket(bucket(uri) ?? 0, WORKERS)
  const alice = home('sip:alice@example.com')
  assert.equal(peek(request({})), alice)
  assert.equal(peek(request({ before: '\r\n\r\n' })), alice)
  // RFC 3261 §10.2: REGISTER names its address in To; a Request-URI may name the server alone.
  const to = 'To: "A, B;tag=9" <sip:alice@example.com>;x=y\r\n'
  assert.equal(peek(request({ method: 'REGISTER', uri: 'sip:example.com', to })), alice)
  assert.equal(peek(request({ uri: 'sip:127.0.0.1:5060', to })), alice)
  assert.equal(
    peek(request({ uri: 'sip:example.com', to: 't : sip:alice@example.com\r\n' })),
    alice,
  )
  const folded = 'To:\r\n <sip:alice@example.com>\r\n'
  assert.equal(peek(request({ uri: 'sip:example.com', to: folded })), alice)
})

test('people of the hosts that one worker alone serves are at home there', () => {
  for (const user of ['a', 'b', 'c', 'd', 'e']) {
    assert.equal(peek(request({ uri: `sip:${user}@XMPP.example.org` })), 1)
  }
})

test('RFC 3261 §12.2: a request in a dialog belongs to the bucket that our tag begins with', () => {
  const tag = (to: string) => peek(request({ uri: 'sip:x@127.0.0.1', to: `${to}\r\n` }))
  assert.equal(tag('To: <sip:alice@example.com>;tag=0a1234'), 1 + (0x0a % WORKERS))
  assert.equal(tag('to: <sip:alice@example.com>; TAG = 2F00'), 1 + (0x2f % WORKERS))
  assert.equal(tag('To: <sip:alice@example.com>\r\n ;tag=0b'), 1 + (0x0b % WORKERS))
  // A tag that is none of ours: whoever has it says so.
  assert.equal(tag('To: <sip:alice@example.com>;tag=xy'), undefined)
})

test('a dialog is at home where the request that opened it was', () => {
  const links = { own: 4, workers: WORKERS, onOpen: () => undefined }
  const dialogTag = createDialogTags({ links, hostsOfFirst })
  for (const uri of ['sip:alice@example.com', 'sip:x@xmpp.example.org', 'tel:+4930']) {
    const opening = request({ uri })
    const message = parseSipMessage(opening, { stream: false })
    assert.ok(message instanceof SipMessage)
    const to = `To: <${uri}>;tag=${dialogTag(message)}\r\n`
    assert.equal(peek(request({ uri: 'sip:x@127.0.0.1', to })), peek(opening), uri)
  }
  // One that this worker opened itself comes back to it.
  const to = `To: <sip:list@example.com>;tag=${dialogTag()}\r\n`
  assert.equal(peek(request({ method: 'NOTIFY', to })), 4)
})

test('RFC 3261 §17.1.3: a response belongs to the worker that its topmost branch names', () => {
  const response = (via: string) =>
    peek(Buffer.from(`SIP/2.0 200 OK\r\n${via}\r\nCSeq: 1 NOTIFY\r\n\r\n`))
  assert.equal(response('Via: SIP/2.0/UDP 127.0.0.1;rport=5;branch=z9hG4bK03ff.1.2'), 3)
  assert.equal(response('v:SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK10ff.1.2'), 16)
  assert.equal(response('Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK11'), undefined)
  assert.equal(response('Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK00'), undefined)
  assert.equal(response('Via: SIP/2.0/UDP 127.0.0.1'), undefined)
  assert.equal(response('Subject: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK03'), undefined)
})

test('no octets that a peer sends make the look fail, and none is out of range', () => {
  for (const octets of brokenMessages(7, 5_000)) {
    const worker = peek(octets)
    assert.ok(worker === undefined || (worker >= 1 && worker <= WORKERS))
  }
  // Cut off anywhere.
  const whole = request({ to: 'To: <sip:a@b>;tag=0a\r\n' })
  for (let length = 0; length < whole.length; length++) peek(whole.subarray(0, length))
})
