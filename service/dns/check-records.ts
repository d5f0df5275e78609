/** Whether the records that clients look for are there. */
import { Resolver } from 'node:dns/promises'
import type { WantedRecord } from './wanted-records.ts'

export interface CheckedRecord {
  readonly record: WantedRecord
  /** `missing`: nothing of the kind; `other`: something, but not this. */
  readonly state: 'there' | 'missing' | 'other'
}

/** `server`: `HOST` or `HOST:PORT` of the name server to ask; absent: those of the system. Rejects where none answers. */
export async function checkRecords(
  records: readonly WantedRecord[],
  server?: string,
): Promise<CheckedRecord[]> {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 })
  if (server !== undefined) resolver.setServers([server])
  return Promise.all(
    records.map(async (record) => ({ record, state: await stateOf(record, resolver) })),
  )
}

const NOTHING = new Set(['ENODATA', 'ENOTFOUND'])

async function stateOf(record: WantedRecord, resolver: Resolver): Promise<CheckedRecord['state']> {
  try {
    return (await isThere(record, resolver)) ? 'there' : 'other'
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (NOTHING.has(code)) return 'missing'
    throw new Error(`${record.name}: the name server gives no answer (${code})`)
  }
}

async function isThere(record: WantedRecord, resolver: Resolver): Promise<boolean> {
  switch (record.type) {
    case 'NAPTR': {
      const found = await resolver.resolveNaptr(record.name)
      return found.some(
        ({ service, replacement }) =>
          service.toUpperCase() === record.service && isSame(replacement, record.to),
      )
    }
    case 'SRV': {
      const found = await resolver.resolveSrv(record.name)
      return found.some(({ name, port }) => port === record.port && isSame(name, record.to))
    }
    case 'TXT': {
      const found = await resolver.resolveTxt(record.name)
      return found.some((parts) => parts.join('') === record.text)
    }
    case 'A':
      return (await addresses(record.name, resolver)).length > 0
  }
}

async function addresses(name: string, resolver: Resolver): Promise<string[]> {
  try {
    return await resolver.resolve4(name)
  } catch {
    return resolver.resolve6(name)
  }
}

function isSame(name: string, other: string): boolean {
  return name.replace(/\.$/, '').toLowerCase() === other.toLowerCase()
}
