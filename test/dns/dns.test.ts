/** The DNS records that a service needs, asked of a name server on loopback. */
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { readConfiguration } from '../../service/config.ts'
import { checkRecords } from '../../service/dns/check-records.ts'
import { wantedRecords } from '../../service/dns/wanted-records.ts'
import { zoneLine } from '../../service/dns/zone-lines.ts'

const configuration = readConfiguration({
  environment: {},
  folder: '/',
  flags: {
    domains: ['example.com'],
    sip: {
      listen: [
        ...['udp:0.0.0.0:5060', 'tcp:0.0.0.0:5062'],
        { transport: 'tls', address: '0.0.0.0:5061', advertise: 'sip.example.com:443' },
      ],
      tls: { certificate: 'c', key: 'k' },
    },
    xmpp: {
      component: ['example.com'],
      secret: 's',
      host: 'xmpp.example.com',
      domains: ['example.org'],
    },
  },
})
const root = 'https://sip.example.com/xcap-root'
const place = { domain: 'example.com', host: 'sip.example.com' }
const records = wantedRecords(configuration, place, root)

test('RFC 3263 §4.1: NAPTR and SRV for each transport that is served, encrypted first; TXT for XCAP', () => {
  assert.deepEqual(records.map(zoneLine), [
    'example.com. IN NAPTR 10 50 "s" "SIPS+D2T" "" _sips._tcp.example.com.',
    'example.com. IN NAPTR 20 50 "s" "SIP+D2T" "" _sip._tcp.example.com.',
    'example.com. IN NAPTR 30 50 "s" "SIP+D2U" "" _sip._udp.example.com.',
    '_sips._tcp.example.com. IN SRV 0 0 443 sip.example.com.',
    '_sip._tcp.example.com. IN SRV 0 0 5062 sip.example.com.',
    '_sip._udp.example.com. IN SRV 0 0 5060 sip.example.com.',
    '_xmpp-server._tcp.example.com. IN SRV 0 0 5269 xmpp.example.com.',
    'xcap.example.com. IN TXT "https://sip.example.com/xcap-root"',
    '; sip.example.com. IN A and AAAA: the addresses that clients reach this server at',
  ])
})

const TYPES = new Map([
  [1, 'A'],
  [16, 'TXT'],
  [33, 'SRV'],
  [35, 'NAPTR'],
])

/** Answers from the table, by type and name; of anything else it says that there is nothing. RFC 1035 §4. */
async function nameServer(t: TestContext, answers: Record<string, Buffer>): Promise<string> {
  const socket: Socket = createSocket('udp4')
  socket.on('message', (query, { address, port }) => {
    const end = query.indexOf(0, 12) + 5
    const type = query.readUInt16BE(end - 4)
    const name = nameIn(query.subarray(12))
    const data = answers[`${TYPES.get(type) ?? type} ${name}`]
    const head = Buffer.from([0, 0, 0x81, data ? 0x80 : 0x83, 0, 1, 0, data ? 1 : 0, 0, 0, 0, 0])
    query.copy(head, 0, 0, 2)
    const record = data
      ? [Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]), data]
      : []
    socket.send(Buffer.concat([head, query.subarray(12, end), ...record]), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(() => socket.close())
  return `127.0.0.1:${socket.address().port}`
}

function nameIn(octets: Buffer): string {
  const labels: string[] = []
  for (let at = 0; octets[at]; at += (octets[at] ?? 0) + 1) {
    labels.push(octets.toString('latin1', at + 1, at + 1 + (octets[at] ?? 0)))
  }
  return labels.join('.').toLowerCase()
}

const label = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])
const encoded = (name: string) => Buffer.concat([...name.split('.').map(label), Buffer.from([0])])
const srv = (port: number, to: string) =>
  Buffer.concat([Buffer.from([0, 0, 0, 0, port >> 8, port & 0xff]), encoded(to)])

test('--check tells what is there, what is missing, and what is otherwise', async (t) => {
  const server = await nameServer(t, {
    'NAPTR example.com': Buffer.concat([
      Buffer.from([0, 20, 0, 50]),
      ...['s', 'SIP+D2T', ''].map(label),
      encoded('_sip._tcp.example.com'),
    ]),
    'SRV _sip._udp.example.com': srv(5060, 'sip.example.com'),
    'SRV _sip._tcp.example.com': srv(5060, 'sip.example.com'),
    'TXT xcap.example.com': label(root),
    'A sip.example.com': Buffer.from([192, 0, 2, 1]),
  })
  const checked = await checkRecords(records, server)
  assert.deepEqual(
    checked.map(({ state }) => state),
    // The two NAPTRs for other services are not among those that are there.
    ['other', 'there', 'other', 'missing', 'other', 'there', 'missing', 'there', 'there'],
  )
})
