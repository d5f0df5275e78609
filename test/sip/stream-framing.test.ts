/** Messages in a byte stream, however it is cut. RFC 3261 §18.3; RFC 5626 §3.5.1. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createStreamFraming } from '../../core/sip/stream-framing.ts'
import { requestText } from './raw-peer.ts'

function setUp(limits = { headBytes: 2000, bodyBytes: 1000 }) {
  const messages: string[] = []
  let pings = 0
  const framing = createStreamFraming(limits, {
    onMessage: (bytes) => {
      messages.push(bytes.toString('latin1'))
    },
    onPing: () => {
      pings++
    },
  })
  return { framing, messages, pings: () => pings }
}

const first = requestText({ body: 'one\r\n\r\ntwo' })
const second = requestText({ headers: 'l: 3\r\n' }).replace('Content-Length: 0\r\n', '') + 'abc'
const stream = Buffer.from(`\r\n${first}\r\n\r\n\r\n\r\n${second}`)

describe('framing', () => {
  test('RFC 3261 §18.3: two messages come out whole wherever the stream is cut in two', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      const { framing, messages, pings } = setUp()
      assert.ok(framing.push(stream.subarray(0, cut)))
      assert.ok(framing.push(stream.subarray(cut)))
      assert.deepEqual(messages, [first, second])
      assert.equal(framing.waiting, 0)
      assert.equal(pings(), 2)
    }
  })

  test('RFC 3261 §18.3: and when it comes octet by octet', () => {
    const { framing, messages, pings } = setUp()
    for (const octet of stream) assert.ok(framing.push(Buffer.of(octet)))
    assert.deepEqual(messages, [first, second])
    assert.equal(pings(), 2)
  })

  test('RFC 5626 §3.5.1: a ping that comes in four pieces is one ping', () => {
    const { framing, pings } = setUp()
    for (const octet of '\r\n\r\n') assert.ok(framing.push(Buffer.from(octet)))
    assert.equal(pings(), 1)
    assert.equal(framing.waiting, 0)
  })

  test('a message that was handed over does not change when more arrives', () => {
    const kept: Buffer[] = []
    const framing = createStreamFraming(
      { headBytes: 2000, bodyBytes: 1000 },
      { onMessage: (bytes) => kept.push(bytes), onPing: () => undefined },
    )
    const texts = Array.from({ length: 50 }, (_, at) =>
      requestText({ body: String(at).repeat(at) }),
    )
    const all = Buffer.from(texts.join(''))
    for (let at = 0; at < all.length; at += 37) framing.push(all.subarray(at, at + 37))
    assert.deepEqual(kept.map(String), texts)
  })

  for (const [what, text] of [
    ['no Content-Length', first.replace(/Content-Length.*\r\n/, '')],
    ['two Content-Length', first.replace('Content-Length', 'l: 3\r\nContent-Length')],
    ['a negative Content-Length', first.replace('Length: ', 'Length: -')],
    ['a body beyond the limit', first.replace(/Length: \d+/, 'Length: 1001')],
    ['a head beyond the limit', `OPTIONS sip:a SIP/2.0\r\nX: ${'y'.repeat(2000)}\r\n\r\n`],
    ['a head that never ends', 'x'.repeat(2001)],
  ] as const) {
    test(`RFC 3261 §18.3: ${what} spoils the stream, and its head is given out once`, () => {
      const { framing, messages } = setUp()
      assert.equal(framing.push(Buffer.from(text)), false)
      assert.equal(messages.length, 1)
      assert.ok(text.startsWith(messages[0] ?? '?'))
      assert.equal(framing.waiting, 0)
    })
  }

  test('a megabyte octet by octet takes time in proportion', () => {
    const { framing, messages } = setUp({ headBytes: 2000, bodyBytes: 2_000_000 })
    const body = 'z'.repeat(1_000_000)
    const bytes = Buffer.from(requestText({ body }))
    const began = performance.now()
    for (let at = 0; at < bytes.length; at += 3) framing.push(bytes.subarray(at, at + 3))
    assert.equal(messages.length, 1)
    assert.ok(performance.now() - began < 2000)
  })
})
