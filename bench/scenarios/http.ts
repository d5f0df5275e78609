/** What the bench measures of HTTP, as data. */
import type { Allowed } from '../runs/figure.ts'

export interface IconScenario {
  readonly name: string
  readonly conditional: boolean
  readonly allowed: Allowed
}

/** Buddy lists, one document on each connection, every request signed with Digest. */
export interface DocumentScenario {
  readonly name: string
  readonly method: 'GET' | 'PUT'
  /** Length of the document. */
  readonly bytes: number
  /** Which of its entries is written, instead of the whole. */
  readonly entry?: number
  readonly connections: number
  readonly allowed: Allowed
}

export const ICON_GET = 'icon GET, 20 KB'
export const ICON_NOT_MODIFIED = 'icon GET, 304'

export const iconScenarios: readonly IconScenario[] = [
  { name: ICON_GET, conditional: false, allowed: { perSecond: 25_000 } },
  { name: ICON_NOT_MODIFIED, conditional: true, allowed: { perSecond: 35_000 } },
]

const connections = 32

export const documentScenarios: readonly DocumentScenario[] = [
  {
    name: 'document GET, 1 KB',
    ...{ method: 'GET', bytes: 1024, connections },
    allowed: { perSecond: 15_000 },
  },
  {
    name: 'document PUT, 1 KB, fsynced',
    ...{ method: 'PUT', bytes: 1024, connections },
    allowed: { perSecond: 4000 },
  },
  {
    name: 'element PUT into 40 KB',
    ...{ method: 'PUT', bytes: 40 * 1024, entry: 200, connections: 8 },
    allowed: { cpuMicroseconds: 1200 },
  },
]
