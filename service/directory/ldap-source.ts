/** People of an LDAP directory, page by page. RFC 4511, RFC 2696 (paged results), RFC 2798 (jpegPhoto). */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { Client, type Entry } from 'ldapts'
import type { DirectoryPerson, DirectorySource } from './directory-source.ts'

export interface LdapSettings {
  /** `ldap://HOST:PORT` or `ldaps://…` */
  readonly url: string
  readonly startTls: boolean
  /** File with the certificates (PEM) that the server's must be signed by. */
  readonly ca?: string | undefined
  readonly bindDn?: string | undefined
  readonly bindPassword?: string | undefined
  readonly base: string
  readonly filter: string
  readonly attributes: { readonly address: string; readonly name: string; readonly picture: string }
  /** Of addresses that are written without. */
  readonly domain?: string | undefined
  /** Seconds for one page. */
  readonly timeout: number
}

/** Photos are in memory by the page. */
const PAGE_SIZE = 50

export function ldapSource(settings: LdapSettings): DirectorySource {
  return {
    kind: 'ldap',
    async *people() {
      const client = await connect(settings)
      try {
        for await (const entry of entriesOf(client, settings)) {
          const person = personIn(entry, settings)
          if (person) yield person
        }
      } finally {
        await client.unbind().catch(() => undefined)
      }
    },
  }
}

async function connect(settings: LdapSettings): Promise<Client> {
  const { url, startTls, ca, bindDn, bindPassword, timeout } = settings
  const { hostname, protocol } = new URL(url)
  const trusted = ca === undefined ? {} : { ca: readFileSync(ca) }
  const patience = { timeout: 1000 * timeout, connectTimeout: 1000 * timeout }
  const tlsOptions = protocol === 'ldaps:' ? { tlsOptions: trusted } : {}
  const client = new Client({ url, ...patience, ...tlsOptions })
  // The certificate must be that of the host that was asked for; SNI names no addresses. RFC 6066 §3
  const servername = isIP(hostname) === 0 ? { servername: hostname } : {}
  if (startTls) await client.startTLS({ ...trusted, host: hostname, ...servername })
  if (bindDn !== undefined) await client.bind(bindDn, bindPassword ?? '')
  return client
}

async function* entriesOf(client: Client, settings: LdapSettings): AsyncGenerator<Entry> {
  const { base, filter, attributes, timeout, bindDn } = settings
  const pages = client.searchPaginated(base, {
    scope: 'sub',
    filter,
    attributes: Object.values(attributes),
    explicitBufferAttributes: [attributes.picture],
    timeLimit: Math.ceil(timeout),
    paged: { pageSize: PAGE_SIZE },
  })
  for await (const { searchEntries } of pages) {
    // A connection that was lost and made anew is nobody's, and is shown less.
    if (bindDn !== undefined && !client.isBound) throw new Error('the connection was lost')
    yield* searchEntries
  }
}

function personIn(entry: Entry, { attributes, domain }: LdapSettings): DirectoryPerson | undefined {
  const address = textOf(entry[attributes.address])
  if (address === undefined) return undefined
  const name = textOf(entry[attributes.name])
  const [picture] = [entry[attributes.picture]].flat().filter((value) => Buffer.isBuffer(value))
  return {
    address: address.includes('@') || domain === undefined ? address : `${address}@${domain}`,
    ...(name === undefined ? {} : { name }),
    ...(picture && picture.length > 0 ? { picture } : {}),
  }
}

/** The first of several. */
function textOf(value: Entry[string] | undefined): string | undefined {
  const [first] = [value].flat()
  const text = first === undefined ? '' : first.toString('utf8').trim()
  return text === '' ? undefined : text
}
