/** Which peers a list of networks (CIDR, RFC 4632) speaks of. */
import { BlockList, isIP, isIPv6 } from 'node:net'
import { createLruCache } from '../core/model/lru-cache.ts'

export interface Network {
  readonly address: string
  readonly prefix: number
}

/** A bare address is a network of one. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length, ...rest] = text.trim().split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return undefined
  const longest = version === 4 ? 32 : 128
  if (length === undefined) return { address, prefix: longest }
  const prefix = Number(length)
  return /^\d{1,3}$/.test(length) && prefix <= longest ? { address, prefix } : undefined
}

/** Looking an address up in a BlockList costs 12 µs, and the same few peers ask again and again. */
const REMEMBERED_ADDRESSES = 10_000

/** Tells whether an address lies in one of the networks; an IPv4 peer on an IPv6 socket counts as IPv4. */
export function createAddressList(networks: readonly Network[]): (address: string) => boolean {
  if (networks.length === 0) return () => false
  const list = new BlockList()
  for (const { address, prefix } of networks) {
    list.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  const answers = createLruCache<string, boolean>({ capacity: REMEMBERED_ADDRESSES })
  return (address) => {
    const known = answers.get(address)
    if (known !== undefined) return known
    const answer = holds(list, address)
    answers.set(address, answer)
    return answer
  }
}

function holds(list: BlockList, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIP(plain) === 0) return false
  return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
}
