/**
 * Traced messages as a capture file that sngrep, tcpdump and Wireshark read: IP packets without a link layer (LINKTYPE_RAW).
 * Whatever brought a message, it stands in one UDP datagram: TLS is off already, and streams need not be put together.
 */
import { isIPv4, isIPv6 } from 'node:net'
import type { TracedMessage } from '../../service/administration/trace-operations.ts'

const LINKTYPE_RAW = 101
const UDP = 17
const UDP_HEAD = 8
/** The longest datagram is shorter by its heads. */
const LONGEST = 65_535

/** What such a file begins with. */
export function pcapHead(): Buffer {
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b2c3d4, 0)
  head.writeUInt16LE(2, 4)
  head.writeUInt16LE(4, 6)
  head.writeUInt32LE(LONGEST, 16)
  head.writeUInt32LE(LINKTYPE_RAW, 20)
  return head
}

/** A message that fits in no datagram is cut, and the record says how long it was. */
export function pcapRecord(message: TracedMessage): Buffer {
  const { at, direction } = message
  const here = { address: message.localAddress, port: message.localPort }
  const there = { address: message.remoteAddress, port: message.remotePort }
  const [from, to] = direction === 'in' ? [there, here] : [here, there]
  const octets = Buffer.from(message.octets, 'base64')
  const packet = ipPacket(from, to, octets.subarray(0, LONGEST - 40 - UDP_HEAD))
  const head = Buffer.alloc(16)
  head.writeUInt32LE(Math.floor(at / 1000), 0)
  head.writeUInt32LE(Math.round((at % 1000) * 1000), 4)
  head.writeUInt32LE(packet.length, 8)
  head.writeUInt32LE(Math.max(packet.length, octets.length), 12)
  return Buffer.concat([head, packet])
}

interface End {
  readonly address: string
  readonly port: number
}

function ipPacket(from: End, to: End, payload: Buffer): Buffer {
  const [source, target] = [addressOctets(from.address), addressOctets(to.address)]
  const addresses = Buffer.concat(
    source.length === target.length ? [source, target] : [mapped(source), mapped(target)],
  )
  const datagram = udpDatagram(from.port, to.port, payload, addresses)
  const head = addresses.length === 8 ? headOf4(datagram.length) : headOf6(datagram.length)
  const packet = Buffer.concat([head, addresses, datagram])
  if (addresses.length === 8) packet.writeUInt16BE(checksum(packet.subarray(0, 20)), 10)
  return packet
}

/** RFC 791 §3.1, up to the addresses. */
function headOf4(length: number): Buffer {
  const head = Buffer.alloc(12)
  head.writeUInt8(0x45, 0)
  head.writeUInt16BE(20 + length, 2)
  head.writeUInt8(64, 8)
  head.writeUInt8(UDP, 9)
  return head
}

/** RFC 8200 §3, up to the addresses. */
function headOf6(length: number): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt8(0x60, 0)
  head.writeUInt16BE(length, 4)
  head.writeUInt8(UDP, 6)
  head.writeUInt8(64, 7)
  return head
}

/** RFC 768; its checksum is over the addresses, too. RFC 8200 §8.1. */
function udpDatagram(from: number, to: number, payload: Buffer, addresses: Buffer): Buffer {
  const head = Buffer.alloc(UDP_HEAD)
  head.writeUInt16BE(from, 0)
  head.writeUInt16BE(to, 2)
  head.writeUInt16BE(UDP_HEAD + payload.length, 4)
  const pseudo = Buffer.alloc(4)
  pseudo.writeUInt16BE(UDP, 0)
  pseudo.writeUInt16BE(UDP_HEAD + payload.length, 2)
  const sum = checksum(Buffer.concat([addresses, pseudo, head, payload]))
  head.writeUInt16BE(sum === 0 ? 0xffff : sum, 6)
  return Buffer.concat([head, payload])
}

/** RFC 1071. */
function checksum(octets: Buffer): number {
  let sum = 0
  for (let at = 0; at < octets.length; at += 2) {
    sum += ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0)
    sum = (sum & 0xffff) + (sum >>> 16)
  }
  return ~sum & 0xffff
}

function addressOctets(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  if (!isIPv6(address)) return Buffer.alloc(4)
  const [left = '', right] = address.replace(/%.*$/, '').split('::')
  const [before, after] = [groups(left), groups(right ?? '')]
  const zeros =
    right === undefined ? [] : new Array<number>(8 - before.length - after.length).fill(0)
  return Buffer.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]))
}

/** The last two may be written as an IPv4 address. RFC 4291 §2.2. */
function groups(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!isIPv4(group)) return [Number.parseInt(group, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [(a << 8) | b, (c << 8) | d]
  })
}

/** RFC 4291 §2.5.5.2. */
function mapped(address: Buffer): Buffer {
  return address.length === 16
    ? address
    : Buffer.concat([Buffer.alloc(10), Buffer.from([0xff, 0xff]), address])
}
