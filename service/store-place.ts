/** Where the store is, by the settings: in the data folder, or in a PostgreSQL database that several nodes share. */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { parsePostgresUrl } from '../core/store/postgres/postgres-url.ts'

export type StorePlace = LevelStorePlace | PostgresStorePlace

interface UpgradedPlace {
  /** Whether a copy is kept of a store that an earlier Visage wrote; absent: it is. */
  readonly backupBeforeUpgrade?: boolean
}

interface LevelStorePlace extends UpgradedPlace {
  readonly type: 'level'
}

interface PostgresStorePlace extends UpgradedPlace {
  readonly type: 'postgres'
  /** May hold a password: never to be printed. */
  readonly url: string
  /** The name of this node, unlike all others'. */
  readonly node: string
}

export interface StoreSettings {
  readonly type: 'level' | 'postgres'
  readonly url?: string | undefined
  readonly urlFile?: string | undefined
  readonly node?: string | undefined
  readonly backupBeforeUpgrade?: boolean | undefined
}

/** One line for each thing that is wrong; none holds the address of the database. */
export function storeProblems({ type, url, urlFile, node }: StoreSettings): string[] {
  if (type === 'level') {
    const unused = Object.entries({ url, urlFile, node }).filter(([, value]) => value !== undefined)
    return unused.map(([key]) => `store.${key}: is for store.type: postgres`)
  }
  if (url !== undefined && urlFile !== undefined) {
    return ['store.urlFile: store.url is given already']
  }
  if (url === undefined && urlFile === undefined) return ['store.url: is missing']
  return addressProblems({ url, urlFile })
}

/** Call with settings without problems. */
export function storePlace(settings: StoreSettings): StorePlace {
  const { type, url, urlFile, node, backupBeforeUpgrade = true } = settings
  if (type === 'level') return { type, backupBeforeUpgrade }
  return { type, url: addressIn({ url, urlFile }), node: node ?? hostname(), backupBeforeUpgrade }
}

type Address = Pick<StoreSettings, 'url' | 'urlFile'>

function addressProblems(address: Address): string[] {
  try {
    parsePostgresUrl(addressIn(address))
    return []
  } catch (error) {
    const key = address.urlFile === undefined ? 'url' : 'urlFile'
    return [`store.${key}: ${(error as Error).message}`]
  }
}

function addressIn({ url, urlFile }: Address): string {
  return url ?? (urlFile === undefined ? '' : readFileSync(urlFile, 'utf8').trim())
}
