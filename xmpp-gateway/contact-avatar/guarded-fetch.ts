/** Fetches what a stranger's URL names, without being led anywhere but into the public Internet. RFC 9110, RFC 2818. */
import { lookup as systemLookup } from 'node:dns/promises'
import { request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as systemConnect, type ConnectionOptions } from 'node:tls'
import type { Clock } from '../../core/model/clock.ts'
import { isPublicAddress } from './public-address.ts'

/** At most this many bytes. Rejects with FetchRefused, or with what the network says. */
export type GuardedFetch = (url: string, maxBytes: number) => Promise<Uint8Array>

/** The URL, or what answered there, is not to be trusted; asking again would give the same. */
export class FetchRefused extends Error {
  override readonly name = 'FetchRefused'
}

const TIMEOUT = 10_000
const MOST_REDIRECTS = 3
const HTTPS_PORT = 443
/** Those below belong to other services, which would be knocked at in our name. */
const FIRST_FREE_PORT = 1024
const REDIRECTS: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308])

interface Network {
  /** Addresses of a host name. */
  readonly lookup: (host: string) => Promise<readonly string[]>
  readonly connect: (options: ConnectionOptions) => Duplex
}

const systemNetwork: Network = {
  lookup: async (host) => (await systemLookup(host, { all: true })).map(({ address }) => address),
  connect: systemConnect,
}

export function createGuardedFetch({
  clock,
  network = systemNetwork,
}: {
  clock: Clock
  network?: Network
}): GuardedFetch {
  return async (text, maxBytes) => {
    const timeout = new AbortController()
    const cancel = clock.after(TIMEOUT, () => {
      timeout.abort(new Error('no picture came in time'))
    })
    try {
      return await follow(parsed(text), { maxBytes, signal: timeout.signal, network })
    } finally {
      cancel()
    }
  }
}

interface Terms {
  readonly maxBytes: number
  readonly signal: AbortSignal
  readonly network: Network
}

async function follow(url: URL, terms: Terms): Promise<Uint8Array> {
  for (let hop = 0, next = url; hop <= MOST_REDIRECTS; hop++) {
    const response = await open(checked(next), terms)
    if (!REDIRECTS.has(response.statusCode)) return bodyOf(response, terms.maxBytes)
    response.destroy()
    next = locationOf(response, next)
  }
  throw new FetchRefused('it redirects too often')
}

async function open(url: URL, { signal, network }: Terms): Promise<IncomingMessage> {
  const host = await beforeAbort(addressOf(url, network), signal)
  // An address is no name to ask for. RFC 6066 §3
  const servername = isIP(hostOf(url)) === 0 ? { servername: url.hostname } : {}
  const createConnection = () => network.connect({ host, port: portOf(url), ...servername })
  const headers = { Accept: 'image/png, image/jpeg, image/gif', 'Accept-Encoding': 'identity' }
  return new Promise((resolve, reject) => {
    request(url, { headers, createConnection, signal })
      .once('response', resolve)
      .once('error', reject)
      .end()
  })
}

/** Resolved once: the connection goes to the address that was looked at. */
async function addressOf(url: URL, { lookup }: Network): Promise<string> {
  const host = hostOf(url)
  const addresses = isIP(host) === 0 ? await lookup(host) : [host]
  const [first] = addresses
  if (first === undefined || !addresses.every(isPublicAddress)) {
    throw new FetchRefused(`${host} is not in the public Internet`)
  }
  return first
}

function parsed(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new FetchRefused('it is no URL')
  return new URL(text, base)
}

/** Asked of each hop. */
function checked(url: URL): URL {
  if (url.protocol !== 'https:') throw new FetchRefused('it is not https')
  if (url.username !== '' || url.password !== '') throw new FetchRefused('it has credentials')
  const port = portOf(url)
  if (port !== HTTPS_PORT && port < FIRST_FREE_PORT) {
    throw new FetchRefused('its port belongs to another service')
  }
  return url
}

/** Without the brackets of an IPv6 address. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function portOf({ port }: URL): number {
  return port === '' ? HTTPS_PORT : Number(port)
}

function locationOf({ headers: { location } }: IncomingMessage, from: URL): URL {
  if (location === undefined) throw new FetchRefused('it redirects to nowhere')
  return parsed(location, from)
}

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  try {
    const { statusCode, headers } = response
    if (statusCode !== 200) throw answered(statusCode)
    if (headers['content-encoding'] !== undefined) throw new FetchRefused('it is compressed')
    const parts: Buffer[] = []
    let size = 0
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length
      if (size > maxBytes) throw new FetchRefused(`it has more than ${maxBytes} bytes`)
      parts.push(part)
    }
    return Buffer.concat(parts)
  } finally {
    response.destroy()
  }
}

/** A server in trouble may answer another time. */
function answered(statusCode = 0): Error {
  const text = `it answers ${statusCode}`
  return statusCode >= 500 ? new Error(text) : new FetchRefused(text)
}

/** Nothing stops a question to the DNS, but nobody has to wait for its answer. */
function beforeAbort<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error)
    })
    answer.then(resolve, reject)
  })
}
