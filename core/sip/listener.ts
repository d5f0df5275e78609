/** Where the stack listens, and what it calls itself there. RFC 3261 §18.1.1, §18.2.1. */
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { ServerCertificates } from './certificates.ts'
import type { TransportName } from './transport.ts'

export interface ListenerOptions {
  readonly transport: TransportName
  /** An IP address, or a wildcard; IPv6 with or without brackets. */
  readonly address: string
  /** 0: any that is free. */
  readonly port: number
  /** `host` or `host:port` that peers reach it at, behind NAT or in a container. */
  readonly advertise?: string
  /** Of TLS and WSS. */
  readonly tls?: ServerCertificates
  /** Of UDP. False: each datagram has a system call of its own; else many share one where the system can. */
  readonly batched?: boolean
}

export interface ListenerAddress {
  readonly transport: TransportName
  readonly address: string
  readonly port: number
}

/** `host:port`, with brackets around IPv6. */
export function hostPort(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}

export function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}

/** What stands in Via and Contact: as advertised, else the address itself, `local` where it listens on all. */
export function advertisedAddress(
  { advertise, address }: ListenerOptions,
  bound: ListenerAddress,
  local?: string,
): string {
  if (advertise !== undefined) {
    return /^(\[[^\]]*\]|[^:]+):\d+$/.test(advertise)
      ? advertise
      : hostPort(withoutBrackets(advertise), bound.port)
  }
  const own = withoutBrackets(address)
  if (!isWildcard(own)) return hostPort(own, bound.port)
  return hostPort(local === undefined || isWildcard(local) ? anyAddress(own) : local, bound.port)
}

export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

/** The first address of this machine that others can reach, else its own loopback. */
function anyAddress(wildcard: string): string {
  const family = wildcard === '::' ? 'IPv6' : 'IPv4'
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const outer = addresses.find(
    (entry) => entry.family === family && !entry.internal && !entry.address.startsWith('fe80:'),
  )
  return outer?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1')
}

const CAUSES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken',
  EADDRNOTAVAIL: 'is no address of this machine',
  EACCES: 'may not be opened by this user',
}

/** Says which address could not be had; keeps the system's code. */
export function listenError(options: ListenerOptions, cause: NodeJS.ErrnoException): Error {
  const where = `${options.transport.toLowerCase()}:${hostPort(withoutBrackets(options.address), options.port)}`
  const why = CAUSES[cause.code ?? ''] ?? `cannot be opened: ${cause.message}`
  return Object.assign(new Error(`${where} ${why}`, { cause }), { code: cause.code })
}
