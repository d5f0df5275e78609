/** The xcap table of Kamailio, OpenSIPS and OpenXCAP: from a row to the document that it holds and where it belongs. */
import type { DocumentRow } from './document-rows.ts'
import { placeOf, textOf, type TableRow } from './table-row.ts'

/**
 * By OpenXCAP's and OpenSIPS's numbers, whose doc_uri is only the path in the home. Kamailio's doc_uri is a whole XCAP URI,
 * so its numbers, which differ from 1 << 5 on, are not needed.
 */
const USAGES: Partial<Record<string, string>> = {
  '2': 'pres-rules',
  '4': 'resource-lists',
  '8': 'rls-services',
  '16': 'pidf-manipulation',
  '32': 'org.openmobilealliance.pres-rules',
  '64': 'org.openmobilealliance.pres-content',
  '128': 'org.openxcap.dialog-rules',
}

/** Everybody has one document of it, named index, whatever it was called elsewhere. RFC 4827 §9 */
const HARD_STATE = 'pidf-manipulation'

/** More does not travel to a running service at once. */
const MOST_OCTETS = 8 * 2 ** 20

const WHOLE_URI = /^(?:.*\/)?([^/]+)\/users\/[^/]+\/(.+)$/

/** A text says why it is none. */
export function documentOf(row: TableRow): DocumentRow | string {
  const [username, domain] = [textOf(row, 'username'), textOf(row, 'domain')]
  if (username === undefined) return 'no username'
  if (domain === undefined) return 'no domain'
  const person = `${username}@${domain}`
  const body = row.value('doc')
  if (body === undefined) return `${person}: no document`
  const octets = octetsOf(body)
  if (octets.length > MOST_OCTETS) return `${person}: the document is longer than 8 MB`
  const address = addressOf(row)
  if (typeof address === 'string') return `${person}: ${address}`
  return {
    ...{ place: placeOf(row), username, domain, ...address },
    body: octets.toString('base64'),
  }
}

function addressOf(row: TableRow): Pick<DocumentRow, 'auid' | 'path'> | string {
  const uri = textOf(row, 'doc_uri') ?? 'index'
  if (/(?:^|\/)global\//.test(uri)) return `${uri} belongs to nobody`
  const [, whole, inHome] = WHOLE_URI.exec(uri) ?? []
  const type = textOf(row, 'doc_type') ?? ''
  const auid = whole ?? USAGES[type]
  if (auid === undefined) return `${uri}: documents of type ${type} are not known`
  const path = (inHome ?? uri).split('/').filter((name) => name !== '')
  return { auid, path: auid === HARD_STATE ? ['index'] : path }
}

/** PostgreSQL's bytea is hexadecimal text. */
function octetsOf(value: string): Buffer {
  const hexadecimal = /^\\x((?:[\da-f]{2})*)$/i.exec(value)?.[1]
  return hexadecimal === undefined ? Buffer.from(value, 'latin1') : Buffer.from(hexadecimal, 'hex')
}
