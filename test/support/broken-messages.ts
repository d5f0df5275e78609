/** Broken SIP messages, the same in every run: sound ones and those of RFC 4475, with splinters, gaps and repetitions. */
import { readdirSync, readFileSync } from 'node:fs'
import { pidf } from '../presence/phone.ts'
import type { SeededRandom } from './seeded-random.ts'
import { createSeededRandom } from './seeded-random.ts'

const fixtures = new URL('../fixtures/rfc4475/', import.meta.url)
const TORTURE = readdirSync(fixtures).map((name) => readFileSync(new URL(name, fixtures), 'latin1'))

const METHODS = ['PUBLISH', 'SUBSCRIBE', 'REGISTER', 'OPTIONS', 'NOTIFY', 'INVITE', 'ACK', 'CANCEL']
const USERS = ['alice', 'bob', 'carol', 'nobody', '', '%61lice']
const PERSON =
  '<dm:person id="p"><rpid:activities><rpid:busy/></rpid:activities><c:icon>http://127.0.0.1:8080/i/x.png</c:icon></dm:person>'

function soundMessage(random: SeededRandom, number: number): string {
  const { pick, chance } = random
  const method = pick(METHODS)
  const address = `sip:${pick(USERS)}@example.com`
  const body = method === 'PUBLISH' && chance(0.8) ? pidf(address, 'open', PERSON) : ''
  return [
    `${method} ${method === 'REGISTER' ? 'sip:example.com' : address} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bKfuzz${number}`,
    `From: "Fuzz" <${chance(0.7) ? address : 'sip:bob@example.com'}>;tag=${number}`,
    `To: <${address}>${chance(0.1) ? ';tag=other' : ''}`,
    `Call-ID: fuzz${number}`,
    `CSeq: ${number} ${method}`,
    `Contact: <sip:fuzz@127.0.0.1:9${pick(['', ';transport=tcp'])}>${pick(['', ';expires=0', ';q=2'])}`,
    `Event: ${pick(['presence', 'presence;id=1', 'presence.winfo'])}`,
    `Expires: ${pick(['0', '60', '600', '10', '99999999999'])}`,
    ...(chance(0.2) ? ['Record-Route: <sip:127.0.0.1:9;lr>, <sip:[::1]>'] : []),
    ...(chance(0.2) ? [`P-Asserted-Identity: <${address}>, tel:+1`] : []),
    ...(chance(0.2) ? [`SIP-If-Match: ${pick(['x', 'x y', '*'])}`] : []),
    ...(chance(0.2) ? [`Accept: ${pick(['*/*', 'text/plain', 'application/pidf+xml'])}`] : []),
    ...(body === '' ? [] : ['Content-Type: application/pidf+xml']),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

const SPLINTERS = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\0',
    '"',
    '\\',
    '<',
    '>',
    ';',
    ',',
    ':',
    '=',
    '@',
    '%00',
    '%zz',
    '[',
    ' ',
  ],
  ...[
    '\xff\xfe',
    'SIP/2.0',
    'z9hG4bK',
    '\r\n ',
    ';tag=',
    'Content-Length: 5\r\n',
    '\r\n\r\n',
    '-1',
  ],
  ...['4294967296', 'tel:+1', '*', '_'.repeat(300), '<!--', '<![CDATA[', '&#0;', '<!DOCTYPE a>'],
]

function broken(random: SeededRandom, text: string): Buffer {
  const { integer, pick } = random
  let broken = text
  for (let times = integer(4); times >= 0; times--) {
    const at = integer(broken.length + 1)
    const [before, after] = [broken.slice(0, at), broken.slice(at)]
    broken = pick([
      () => before + pick(SPLINTERS) + after,
      () => before + String.fromCharCode(integer(256)) + after.slice(1),
      () => before + after.slice(integer(20)),
      () => before,
      () => before + after.slice(0, integer(80)) + after,
    ])()
  }
  return Buffer.from(broken, 'latin1')
}

export function brokenMessages(seed: number, count: number): Buffer[] {
  const random = createSeededRandom(seed)
  return Array.from({ length: count }, (_, number) => {
    const text = random.chance(0.2) ? random.pick(TORTURE) : soundMessage(random, number)
    return broken(random, text)
  })
}
