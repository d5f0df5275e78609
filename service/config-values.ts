/** The kinds of value that the configuration is made of, each with the words that say what was expected. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { parseOutboundProxy } from '../presence-agent/back-end/outbound-proxy.ts'
import { parseNetwork, type Network } from './address-list.ts'
import { parseHostPort, type HostPort } from './host-port.ts'
import { parseBytes, parseSeconds } from './units.ts'

/** Marks the lists, which the environment writes with commas. */
export const lists = z.registry<{ list: true }>()

/** Where a list has one value it may be written bare. */
export function list<T extends z.ZodType>(item: T, minimum = 0) {
  const items = z
    .array(item, { error: ({ input }) => (input === undefined ? 'is missing' : 'expected a list') })
    .min(minimum, 'expected at least one value')
  return z
    .preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), items)
    .register(lists, { list: true })
}

/** A text or number that `parse` understands. */
function parsed<T>(expected: string, parse: (value: string | number) => T | undefined) {
  return z.union([z.string(), z.number()], `expected ${expected}`).transform((value, context) => {
    const result = parse(value)
    if (result !== undefined) return result
    context.addIssue(`expected ${expected}, not ${JSON.stringify(value)}`)
    return z.NEVER
  })
}

export const seconds = parsed('a duration as 60s, 10m, 1d', parseSeconds)
/** A duration in which something can be done. */
export const lifetime = parsed('a duration of at least 1s', (value) => {
  const duration = parseSeconds(value)
  return duration !== undefined && duration >= 1 ? duration : undefined
})
/** A duration that something may take. */
export const wait = parsed('a duration of 1ms to 60s', (value) => {
  const duration = parseSeconds(value)
  return duration !== undefined && duration >= 0.001 && duration <= 60 ? duration : undefined
})
export const bytes = parsed('a size as 300KiB, 2MiB', parseBytes)

export const hostPort = parsed<HostPort>('HOST:PORT', (value) => parseHostPort(String(value)))
export const port = parsed('a port of 1 to 65535', (value) => {
  const number = Number(value)
  return Number.isInteger(number) && number >= 1 && number <= 65_535 ? number : undefined
})
export const network = parsed<Network>('an address or network as 10.0.0.0/8', (value) =>
  parseNetwork(String(value)),
)

export const sipProxy = parsed('a proxy as sip:HOST:PORT;transport=tcp', (value) =>
  parseOutboundProxy(String(value)),
)

export const text = z.string('expected a text').min(1, 'expected a text that is not empty')
export const flag = z.boolean('expected true or false')

export function count(minimum: number) {
  return parsed(`a whole number of at least ${minimum}`, (value) => {
    const number = Number(value)
    return Number.isInteger(number) && number >= minimum ? number : undefined
  })
}

export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, {
    error: (issue) => `expected ${words.join(', ')}, not ${JSON.stringify(issue.input)}`,
  })
}

/** The address that clients see: http or https, without the slash at the end. */
export const webAddress = parsed('a URL as https://icons.example.com', (value) => {
  const url = URL.canParse(String(value)) ? new URL(String(value)) : undefined
  const plain = url && !url.search && !url.hash && /^https?:$/.test(url.protocol)
  return plain ? url.href.replace(/\/+$/, '') : undefined
})

/** As browsers write it, or `*`. */
export const webOrigin = parsed('an origin as https://app.example.com, or *', (value) => {
  if (value === '*') return value
  const url = URL.canParse(String(value)) ? new URL(String(value)) : undefined
  const bare = url && url.pathname === '/' && !url.search && /^https?:$/.test(url.protocol)
  return bare ? url.origin : undefined
})

const HOST_NAME = /^[\p{L}\d][\p{L}\d_-]*(?:\.[\p{L}\d_-]+)*$/u

/** A host to connect to, IPv6 with or without brackets. */
export const host = parsed('a host name or IP address, without a port', (value) => {
  const name = String(value).replace(/^\[(.*)\]$/, '$1')
  return isIP(name) !== 0 || HOST_NAME.test(name) ? name : undefined
})

/** A domain as addresses write it: a host name or an IP address, in lower case. */
export const domainName = parsed('a domain name', (value) =>
  /^(\[[0-9a-f:.]+\]|[\p{L}\d]([\p{L}\d._-]*[\p{L}\d])?)$/iu.test(String(value))
    ? String(value).toLowerCase()
    : undefined,
)
