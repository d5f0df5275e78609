/** What `visage trace` writes. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pcapHead, pcapRecord } from '../../cli/visage/trace-pcap.ts'
import { traceText } from '../../cli/visage/trace-text.ts'
import { requireProgram } from '../support/programs.ts'

const OPTIONS = 'OPTIONS sip:example.com SIP/2.0\r\nCall-ID: 1\r\n\r\n'

const message = (addresses: { local: string; remote: string }, text = OPTIONS) => ({
  ...({ at: Date.UTC(2026, 0, 2, 3, 4, 5, 678), direction: 'in', transport: 'TLS' } as const),
  ...{ localAddress: addresses.local, localPort: 5061 },
  ...{ remoteAddress: addresses.remote, remotePort: 40_000 },
  octets: Buffer.from(text).toString('base64'),
})

const IPV4 = { local: '192.0.2.1', remote: '192.0.2.7' }
const IPV6 = { local: '2001:db8::1', remote: '2001:db8::7' }

/** RFC 1071 §1: the sum over what a checksum covers, with it, has all bits set. */
function sumOf(octets: Buffer): number {
  let sum = 0
  for (let at = 0; at < octets.length; at += 2) {
    sum += ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0)
    sum = (sum & 0xffff) + (sum >>> 16)
  }
  return sum
}

test('a capture has whole IPv4 packets: lengths, addresses, ports, checksums, and the message', () => {
  const record = pcapRecord(message(IPV4))
  const packet = record.subarray(16)
  assert.equal(record.readUInt32LE(8), packet.length)
  assert.equal(record.readUInt32LE(4), 678_000)
  assert.equal(packet.readUInt16BE(2), packet.length)
  assert.deepEqual([...packet.subarray(12, 20)], [192, 0, 2, 7, 192, 0, 2, 1])
  assert.deepEqual([packet.readUInt16BE(20), packet.readUInt16BE(22)], [40_000, 5061])
  assert.equal(sumOf(packet.subarray(0, 20)), 0xffff)
  const pseudo = Buffer.from([0, 17, 0, packet.length - 20])
  assert.equal(sumOf(Buffer.concat([packet.subarray(12, 20), pseudo, packet.subarray(20)])), 0xffff)
  assert.equal(packet.subarray(28).toString(), OPTIONS)
})

test('a capture has whole IPv6 packets', () => {
  const packet = pcapRecord(message(IPV6)).subarray(16)
  assert.equal(packet.readUInt8(0), 0x60)
  assert.equal(packet.readUInt16BE(4), packet.length - 40)
  assert.equal(packet.subarray(8, 24).toString('hex'), '20010db8000000000000000000000007')
  assert.equal(packet.subarray(48).toString(), OPTIONS)
})

test('a message that fits in no datagram is cut, and the record says how long it was', () => {
  const record = pcapRecord(message(IPV4, 'x'.repeat(100_000)))
  assert.ok(record.length - 16 <= 65_535)
  assert.equal(record.readUInt32LE(12), 100_000)
})

test('text says when, how and between whom, and no control character reaches the terminal', () => {
  assert.equal(
    traceText(message(IPV6, 'SIP/2.0 200 OK\r\nUser-Agent: \u001b[2J\r\n\r\n')),
    '2026-01-02 03:04:05.678 TLS [2001:db8::7]:40000 -> [2001:db8::1]:5061\n' +
      'SIP/2.0 200 OK\nUser-Agent: .[2J\n\n',
  )
})

test('tcpdump reads the capture', (t) => {
  if (!requireProgram(t, 'tcpdump')) return
  const folder = mkdtempSync(join(tmpdir(), 'visage-trace-'))
  const file = join(folder, 'trace.pcap')
  writeFileSync(
    file,
    Buffer.concat([pcapHead(), ...[IPV4, IPV6].map((ends) => pcapRecord(message(ends)))]),
  )
  const { stdout } = spawnSync('tcpdump', ['-n', '-vv', '-r', file], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  assert.match(stdout, /192\.0\.2\.7\.40000 > 192\.0\.2\.1\.5061: \[udp sum ok\]/)
  assert.match(stdout, /2001:db8::7\.40000 > 2001:db8::1\.5061: \[udp sum ok\]/)
})
