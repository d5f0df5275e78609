/** struct sockaddr_in and sockaddr_in6 of Linux, to and from text. ip(7), ipv6(7). */
import { isIPv4, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'

const IPV4 = 2
const IPV6 = 10
const IPV4_BYTES = 16
const IPV6_BYTES = 28
/** From one to the next in an array: the longest, rounded up. */
export const NAME_BYTES = 32
const ADDRESS_AT = 8
const SCOPE_AT = 24
const GROUPS = 8

/** Undefined: it is no address, or one whose network interface must be looked up (`fe80::1%eth0`). */
export function socketAddress(address: string, port: number): Uint8Array | undefined {
  if (isIPv4(address)) {
    const name = startOf(IPV4_BYTES, IPV4, port)
    address.split('.').forEach((octet, at) => (name[4 + at] = Number(octet)))
    return name
  }
  if (!isIPv6(address) || address.includes('%')) return undefined
  const name = startOf(IPV6_BYTES, IPV6, port)
  groupsOf(address).forEach((group, at) => name.writeUInt16BE(group, ADDRESS_AT + 2 * at))
  return name
}

function startOf(length: number, family: number, port: number): Buffer {
  const name = Buffer.alloc(length)
  name.writeUInt16LE(family)
  name.writeUInt16BE(port, 2)
  return name
}

/** The URL parser knows every spelling, and gives the shortest. RFC 5952. */
function shortest(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1)
}

function groupsOf(address: string): number[] {
  const [before = '', after] = shortest(address).split('::')
  const [head, tail] = [numbers(before), numbers(after ?? '')]
  return [...head, ...new Array<number>(GROUPS - head.length - tail.length).fill(0), ...tail]
}

function numbers(groups: string): number[] {
  return groups === '' ? [] : groups.split(':').map((group) => parseInt(group, 16))
}

/** As dgram writes it; undefined: it is of another family. `at`: where the structure begins. */
export function addressText(names: Buffer, at: number): string | undefined {
  const family = names.readUInt16LE(at)
  if (family === IPV4) return names.subarray(at + 4, at + 8).join('.')
  if (family !== IPV6) return undefined
  const groups = Array.from({ length: GROUPS }, (_, group) =>
    names.readUInt16BE(at + ADDRESS_AT + 2 * group).toString(16),
  )
  const scope = names.readUInt32LE(at + SCOPE_AT)
  const text = shortest(groups.join(':'))
  return scope === 0 ? text : `${text}%${interfaceOf(scope)}`
}

export function portOf(names: Buffer, at: number): number {
  return ((names[at + 2] ?? 0) << 8) | (names[at + 3] ?? 0)
}

/** Whether the structure at that place is this one. */
export function isSameName(names: Buffer, at: number, name: Uint8Array): boolean {
  for (let byte = 0; byte < name.length; byte++) if (names[at + byte] !== name[byte]) return false
  return true
}

/** Addresses of a link say by which network interface. RFC 4007 §11. */
function interfaceOf(scope: number): string {
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    if (addresses?.some((one) => one.family === 'IPv6' && one.scopeid === scope)) return name
  }
  return String(scope)
}
