/** Where the database is: a URL as libpq reads it, with several hosts. PostgreSQL manual §34.1.1.2. */
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'

export interface PostgresPlace {
  readonly hosts: readonly { readonly host: string; readonly port: number }[]
  readonly user?: string
  readonly password?: string
  readonly database: string
  /** Absent: without TLS. */
  readonly tls?: ConnectionOptions
}

const URL_FORM =
  /^postgres(?:ql)?:\/\/(?:(?<user>[^:@/?]*)(?::(?<password>[^@/?]*))?@)?(?<hosts>[^/?]*)(?:\/(?<database>[^?]*))?(?:\?(?<parameters>.*))?$/
const STANDARD_PORT = 5432

/** Understood, or without a meaning for us: a server that takes writes is always looked for. */
const PARAMETERS = new Set([
  ...['host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'],
  ...['target_session_attrs', 'application_name', 'connect_timeout'],
])

/** Throws an Error for the operator, which does not hold the password. */
export function parsePostgresUrl(text: string): PostgresPlace {
  const parts = URL_FORM.exec(text)?.groups
  if (!parts)
    throw new Error('the address of the database must look like postgres://user@host/name')
  const parameters = new URLSearchParams(parts['parameters'] ?? '')
  for (const name of parameters.keys()) {
    if (!PARAMETERS.has(name)) {
      throw new Error(`the address of the database has a parameter that is not known: ${name}`)
    }
  }
  const user = decoded(parts['user'])
  const password = decoded(parts['password'])
  const database = decoded(parts['database']) ?? user
  if (database === undefined) throw new Error('the address of the database names no database')
  const tls = tlsOf(parameters)
  return {
    hosts: hostsOf(decoded(parts['hosts']) ?? parameters.get('host') ?? 'localhost'),
    database,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(tls && { tls }),
  }
}

/** For messages: which servers and which database, without user and password. */
export function shownPlace({ hosts, database }: PostgresPlace): string {
  return `${database} on ${hosts.map(({ host, port }) => `${host}:${port}`).join(', ')}`
}

function decoded(part: string | undefined): string | undefined {
  if (part === undefined || part === '') return undefined
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Error('the address of the database holds a % that begins no escape')
  }
}

function hostsOf(text: string): PostgresPlace['hosts'] {
  return text.split(',').map((one) => {
    const { host, port } = /^(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>\d+))?$/.exec(one)?.groups ?? {}
    if (!host) throw new Error(`the address of the database names a host that cannot be: ${one}`)
    return {
      host: host.replace(/^\[(.*)\]$/, '$1'),
      port: port === undefined ? STANDARD_PORT : Number(port),
    }
  })
}

/** Like libpq, except that `prefer` and no mode at all mean none: what an attacker can switch off protects nobody. */
function tlsOf(parameters: URLSearchParams): ConnectionOptions | undefined {
  const mode = parameters.get('sslmode') ?? 'disable'
  const file = (name: string) => {
    const path = parameters.get(name)
    return path === null ? undefined : readFileSync(path)
  }
  const ca = file('sslrootcert')
  const own = { ca, cert: file('sslcert'), key: file('sslkey') }
  switch (mode) {
    case 'disable':
    case 'allow':
    case 'prefer':
      return undefined
    case 'require':
      return ca ? { ...own, ...anyName } : { ...own, rejectUnauthorized: false }
    case 'verify-ca':
      return { ...own, ...anyName }
    case 'verify-full':
      return own
    default:
      throw new Error(`the address of the database has an sslmode that is not known: ${mode}`)
  }
}

const anyName: ConnectionOptions = { checkServerIdentity: () => undefined }
