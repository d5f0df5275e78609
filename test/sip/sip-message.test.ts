/** The lazy message: what it finds in the head, and how it cuts the body. RFC 3261 §7, FACTS of RFC 4475 §3.1. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parseSipMessage } from '../../core/sip/parse-sip-message.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import { requestText } from './raw-peer.ts'

function parsed(text: string | Buffer, stream = false): SipMessage {
  const message = parseSipMessage(Buffer.from(text), { stream })
  assert.ok(!('problem' in message), JSON.stringify(message))
  return message
}

function refused(text: string, stream = false): { status?: number; problem: string } {
  const result = parseSipMessage(Buffer.from(text, 'latin1'), { stream })
  assert.ok('problem' in result)
  return result
}

const fixture = (name: string) =>
  parsed(readFileSync(new URL(`../fixtures/rfc4475/${name}.dat`, import.meta.url)))

describe('header fields of a message', () => {
  test('RFC 4475 §3.1.1.1: folding, blanks, compact forms and quoted pairs', () => {
    const message = fixture('wsinv')
    assert.equal(message.from.displayName, 'J Rosenberg \\"')
    assert.equal(message.fromTag, '98asjd8')
    assert.equal(message.to.uri, 'sip:vivekg@chair-dnrc.example.com')
    assert.equal(message.toTag, '1918181833n')
    assert.deepEqual(message.cseq, { number: 9, method: 'INVITE' })
    assert.equal(message.header('max-forwards'), '0068')
    const vias = message.values('via')
    assert.equal(vias.length, 3)
    assert.match(vias[1] ?? '', /spindle\.example\.com/)
    assert.match(vias[2] ?? '', /192\.168\.255\.111/)
    assert.match(message.header('unknownheaderwithunusualvalue') ?? '', /^;;,,;;,;$/)
  })

  test('RFC 4475 §3.1.1.5: an escaped name is another name', () => {
    const message = fixture('esc02')
    assert.equal(message.method, 'RE%47IST%45R')
    assert.equal(message.values('contact').length, 2)
  })

  test('RFC 3261 §25.1: half a line end could smuggle a field into what is copied: 400', () => {
    for (const half of ['\n', '\r', '\n ', '\r\r\n ']) {
      const event = `Event: presence;id=x${half}Evil: yes\r\n`
      const { status, problem } = refused(requestText({ headers: event }))
      assert.deepEqual([status, problem], [400, 'Malformed Line End'])
    }
  })

  test('a field name with a thousand blanks behind it takes no time', () => {
    const headers = `X${' '.repeat(60_000)}y: 1\r\n`.repeat(20)
    const begin = performance.now()
    assert.equal(refused(requestText({ headers })).status, 400)
    assert.ok(performance.now() - begin < 100)
  })

  test('RFC 4475 §3.1.1.2: octets beyond ASCII and quoted control characters survive', () => {
    const message = fixture('intmeth')
    assert.equal(message.method, "!interesting-Method0123456789_*+`.%indeed'~")
    assert.match(message.to.displayName ?? '', /^BEL:\x07 NUL:\x00 DEL:\x7f$/)
    assert.match(message.fromTag, /^_token~1'\+`\*%!-\.$/)
  })

  test('RFC 4475 §3.1.1.7: 34 Via values over many lines', () => {
    assert.equal(fixture('longreq').values('via').length, 34)
  })

  test('RFC 4475 §3.1.1.9: a user part may look like parameters', () => {
    const message = fixture('semiuri')
    assert.equal(message.requestUri, 'sip:user;par=u%40example.net@example.com')
  })

  test('RFC 3261 §20: a bare address leaves its parameters to the header field', () => {
    const text = requestText().replace(/From: .*/, 'f: sip:bob@example.com;tag=x;y="a;b"')
    const { from, fromTag } = parsed(text)
    assert.equal(from.uri, 'sip:bob@example.com')
    assert.equal(fromTag, 'x')
    assert.equal(from.parameters.get('y'), 'a;b')
  })

  test('RFC 3261 §7.3.1: lists split at commas, but not within quotes or brackets', () => {
    const contact = 'Contact: "a, b" <sip:a@x;p=1,2>;q=1, <sip:b@x>\r\nm: sip:c@x\r\n'
    const message = parsed(requestText({ headers: contact }))
    assert.deepEqual(message.values('contact'), [
      '"a, b" <sip:a@x;p=1,2>;q=1',
      '<sip:b@x>',
      'sip:c@x',
    ])
    assert.equal(message.count('contact'), 2)
  })

  test('baresip: an empty Supported is there and lists nothing', () => {
    const message = parsed(requestText({ headers: 'Supported:\r\nAccept: a/b\r\nAccept: c/d\r\n' }))
    assert.equal(message.header('supported'), '')
    assert.deepEqual(message.values('supported'), [])
    assert.deepEqual(message.headers('accept'), ['a/b', 'c/d'])
    assert.equal(message.header('event'), undefined)
  })

  test('a display name in UTF-8 that ends in the octet A0 keeps it', () => {
    const text = requestText().replace(/From: </, 'From: voilà <')
    assert.equal(parsed(text).from.displayName, 'voilà')
  })

  test('a name that is no header of ours is found in any spelling', () => {
    const message = parsed(requestText({ headers: 'X-Thing : 7\r\n' }))
    assert.equal(message.header('x-thing'), '7')
  })

  test('IPv6 in Via, with and without a port', () => {
    const via = 'SIP/2.0/UDP [2001:db8::9:1]:5061;branch=z9hG4bKx'
    const { topVia } = parsed(requestText({ via }))
    assert.equal(topVia.host, '2001:db8::9:1')
    assert.equal(topVia.port, 5061)
    assert.equal(topVia.sentBy, '[2001:db8::9:1]:5061')
  })
})

describe('the body', () => {
  test('RFC 4475 §3.1.1.11: binary bodies are cut by octets', () => {
    const message = fixture('mpart01')
    assert.equal(message.body.length, 553)
    assert.equal(message.bodyText(), undefined)
  })

  test('RFC 4475 §3.1.1.8: octets behind the body are ignored', () => {
    assert.equal(fixture('dblreq').body.length, 0)
  })

  test('RFC 3261 §18.3: without Content-Length a datagram is body to its end', () => {
    const text = requestText({ body: 'grüße' }).replace(/Content-Length: .*\r\n/, '')
    assert.equal(parsed(text).bodyText(), 'grüße')
    assert.equal(refused(text, true).status, 400)
  })

  test('RFC 3261 §18.3: a body that is too short gets 400', () => {
    assert.equal(refused(requestText().replace('Length: 0', 'Length: 10')).status, 400)
  })

  test('RFC 4475 §3.1.2.3: a length that is no number gets 400', () => {
    for (const length of ['-1', '1e3', '', '0x10', '99999999999999']) {
      assert.equal(refused(requestText().replace('Length: 0', `Length: ${length}`)).status, 400)
    }
  })
})

describe('messages that must not pass', () => {
  const broken: readonly (readonly [string, (text: string) => string, number | undefined])[] = [
    ['CSeq beyond 32 bits', (text) => text.replace('CSeq: 1', 'CSeq: 4294967296'), 400],
    ['CSeq of another method', (text) => text.replace(/CSeq: .*/, 'CSeq: 1 PUBLISH'), 400],
    ['two From', (text) => text.replace('From:', 'f: <sip:x@y>;tag=1\r\nFrom:'), 400],
    ['two Call-ID', (text) => text.replace('Call-ID:', 'i: 2\r\nCall-ID:'), 400],
    ['two Content-Length', (text) => text.replace('Content-Length', 'l: 0\r\nContent-Length'), 400],
    ['no Call-ID', (text) => text.replace(/Call-ID: .*\r\n/, ''), 400],
    ['no To', (text) => text.replace(/To: .*\r\n/, ''), 400],
    ['an unclosed quote', (text) => text.replace('To: ', 'To: "alice '), 400],
    [
      'an unclosed bracket',
      (text) => text.replace('To: <', 'To: <<').replace(/>\r\nCall/, '\r\nCall'),
      400,
    ],
    ['a line without colon', (text) => text.replace('Max-Forwards: 70', 'nonsense'), 400],
    ['a Via that is none', (text) => text.replace(/Via: .*/, 'Via: hello'), 400],
    ['port 0 in Via', (text) => text.replace('127.0.0.1:9', '127.0.0.1:0'), 400],
    ['Max-Forwards that is no number', (text) => text.replace(': 70', ': many'), 400],
    ['another version', (text) => text.replace('SIP/2.0\r\n', 'SIP/3.0\r\n'), 505],
    ['HTTP', (text) => text.replace('SIP/2.0\r\n', 'HTTP/1.1\r\n'), undefined],
  ]
  for (const [what, change, status] of broken) {
    test(`${what}: ${status ?? 'dropped'}`, () => {
      assert.equal(refused(change(requestText())).status, status)
    })
  }

  test('noise never throws', () => {
    const sound = Buffer.from(requestText({ headers: 'Contact: "x" <sip:a@b>;q=1\r\n' }))
    let seed = 1
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below
    for (let round = 0; round < 3000; round++) {
      const noisy = Buffer.from(sound.subarray(0, random(sound.length)))
      for (let hits = 0; hits < 5; hits++) noisy[random(noisy.length + 1)] = random(256)
      const message = parseSipMessage(noisy, { stream: round % 2 === 0 })
      if (!('problem' in message))
        assert.ok(message.from.uri.length >= 0 && message.topVia.host !== '')
    }
  })

  test('a header of 60,000 blanks, quotes or commas costs no more than milliseconds', () => {
    const began = performance.now()
    for (const filler of [' ', '"', ',', ';', '<', '\\"', '\r\n ', ' \r\n\t', '=', ';a="']) {
      const value = filler.repeat(60_000 / filler.length)
      for (const name of ['From', 'Contact', 'Via', 'CSeq', 'X-Other', 'Content-Length']) {
        const text = requestText().replace('Max-Forwards: 70', `${name}: x${value}y`)
        const message = parseSipMessage(Buffer.from(text), { stream: false })
        if (!('problem' in message)) message.values('contact')
      }
    }
    assert.ok(performance.now() - began < 3000)
  })
})
