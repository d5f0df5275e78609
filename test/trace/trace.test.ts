/** Traces of SIP messages, by a stepped clock. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDomains } from '../../core/model/domain.ts'
import type { Flow } from '../../core/sip/sip-endpoint.ts'
import { maskCredentials } from '../../service/trace/masked-credentials.ts'
import { namedAddresses } from '../../service/trace/named-addresses.ts'
import { createTraceTap } from '../../service/trace/trace-tap.ts'
import { createTraces } from '../../service/trace/traces.ts'
import { createManualClock } from '../support/manual-clock.ts'

const FLOW: Flow = {
  transport: 'TLS',
  alive: true,
  ...{ localAddress: '192.0.2.1', localPort: 5061, remoteAddress: '192.0.2.7', remotePort: 40_000 },
}

const message = (from: string, more = '') =>
  Buffer.from(
    `SUBSCRIBE sip:bob@example.com SIP/2.0\r\nf: "x" <sip:${from}>;tag=1\r\nTo: <sip:bob@example.com>\r\n${more}\r\nsecret body`,
  )

const domains = createDomains([
  {
    ...{ name: 'example.com', realm: 'example.com', aliases: ['example.net'] },
    ...{ defaultPolicy: 'allow-domain', externalAccounts: false },
  },
])

function traced() {
  const clock = createManualClock()
  const tap = createTraceTap({ domains, clock })
  const traces = createTraces({ taps: [tap], clock })
  const hear = (octets: Buffer) => tap.messages.hear?.('in', octets, FLOW)
  const start = (address: string, seconds = 60) => {
    const trace = traces.start([`sip:${address}`], seconds)
    assert.ok(trace !== undefined)
    return trace
  }
  return { clock, tap, traces, hear, start }
}

test('nothing is heard while nobody is followed', () => {
  const { tap, traces, start } = traced()
  assert.equal(tap.messages.hear, undefined)
  const trace = start('alice@example.com')
  assert.ok(tap.messages.hear)
  traces.stop(trace)
  assert.equal(tap.messages.hear, undefined)
})

test('a trace has the messages that name its address, by an alias of the domain too, and no others', () => {
  const { traces, hear, start } = traced()
  const trace = start('alice@example.com')
  for (const from of ['alice@example.com', 'carol@example.com', 'alice@example.net']) {
    hear(message(from))
  }
  const fetched = traces.fetch(trace)
  assert.deepEqual(
    fetched?.messages.map(({ octets }) => /<sip:([^>]*)>/.exec(octets.toString())?.[1]),
    ['alice@example.com', 'alice@example.net'],
  )
  assert.deepEqual(traces.fetch(trace), { messages: [], lost: 0, isOver: false })
})

test('a trace ends when its time is over, and is forgotten when nobody fetches it', () => {
  const { clock, tap, traces, hear, start } = traced()
  const trace = start('bob@example.com', 10)
  hear(message('alice@example.com'))
  clock.advance(10_000)
  assert.equal(tap.messages.hear, undefined)
  assert.equal(traces.fetch(trace)?.isOver, true)
  assert.equal(traces.fetch(trace), undefined)
  const other = start('bob@example.com', 600)
  clock.advance(29_000)
  assert.ok(traces.fetch(other))
  clock.advance(30_000)
  assert.equal(traces.fetch(other), undefined)
  assert.equal(tap.messages.hear, undefined)
})

test('a trace that nobody fetches keeps a bounded number of messages, and says how many are lost', () => {
  const { traces, hear, start } = traced()
  const trace = start('bob@example.com')
  for (let count = 0; count < 2_010; count++) hear(message('alice@example.com'))
  const fetched = traces.fetch(trace)
  assert.equal(fetched?.messages.length, 2_000)
  assert.equal(fetched.lost, 10)
})

test('there are eight traces at most', () => {
  const { traces } = traced()
  const started = Array.from({ length: 9 }, () => traces.start(['sip:bob@example.com'], 60))
  assert.equal(started.filter((trace) => trace !== undefined).length, 8)
})

test('RFC 3261 §7.3.3: whom a message names, in compact form and as P-Asserted-Identity too', () => {
  const head = [
    'NOTIFY sip:x@192.0.2.9:5060 SIP/2.0',
    't: Alice <sip:alice@Example.com>;tag=2',
    'FROM: sip:bob@example.com;tag=3',
    'P-Asserted-Identity: "C" <sip:carol@example.com>, <tel:+4930123>',
  ].join('\r\n')
  assert.deepEqual(namedAddresses(head), [
    ...['sip:x@192.0.2.9', 'sip:alice@example.com', 'sip:bob@example.com', 'sip:carol@example.com'],
    'tel:+4930123',
  ])
})

test('RFC 7616 §5: answers to challenges, nonces and plain passwords are masked, the rest stays', () => {
  const secret = [
    'Authorization: Digest username="alice", realm="example.com", nonce="n0nce",',
    '  uri="sip:example.com", response="0123456789abcdef", cnonce=cn0nce, opaque="0paque"',
    'Proxy-Authorization: Basic YWxpY2U6c2VjcmV0',
    'WWW-Authenticate: Digest realm="example.com", nonce="n0nce", algorithm=MD5',
    'Authentication-Info: nextnonce="n0nce", rspauth="abcdef"',
    '',
  ].join('\r\n')
  const masked = maskCredentials(message('alice@example.com', secret)).toString()
  for (const part of ['n0nce', '0123456789abcdef', 'cn0nce', '0paque', 'YWxpY2U', 'abcdef']) {
    assert.ok(!masked.includes(part), part)
  }
  for (const part of ['username="alice"', 'realm="example.com"', 'uri="sip:example.com"']) {
    assert.ok(masked.includes(part), part)
  }
  assert.ok(masked.endsWith('\r\n\r\nsecret body'))
})

test('a name with an angle bracket in it hides no address, and thousands of them hold nothing up', () => {
  const from = (value: string) =>
    namedAddresses(`OPTIONS sip:x@example.org SIP/2.0\r\nFrom: ${value}`)
  assert.deepEqual(from('"a<b" <sip:alice@example.com>;tag=1'), [
    'sip:x@example.org',
    'sip:alice@example.com',
  ])
  // In squares of its length this would take longer than any test may.
  assert.deepEqual(from('<'.repeat(1_000_000)), ['sip:x@example.org'])
})

test('credentials are masked in lines that end and go on with LF alone', () => {
  const masked = maskCredentials(
    Buffer.from('OPTIONS sip:x SIP/2.0\nAuthorization: Digest realm="a",\n response="0f1e"\n\n'),
  )
  assert.doesNotMatch(masked.toString(), /0f1e/)
})
