/** The stores that a migration names: `level:FOLDER`, `postgres://…`, or `file:PATH` of a file that holds either. */
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { SnapshotStore } from '../../core/model/store-snapshot.ts'
import { openStoreAt } from '../open-store.ts'

export interface NamedStore {
  /** For messages: without user and password. */
  readonly shown: string
  readonly open: (surroundings: { clock: Clock; log: Log }) => Promise<SnapshotStore>
  /** Level: nothing has been stored in it. */
  readonly isMissing: boolean
}

/** `node`: whose subscriptions in a database are meant. Throws an Error for the operator. */
export function namedStore(name: string, node: string = hostname()): NamedStore {
  const [scheme = '', rest = ''] = splitOnce(name)
  switch (scheme) {
    case 'file':
      return namedStore(readFileSync(rest, 'utf8').trim(), node)
    case 'level': {
      const folder = resolve(rest)
      return {
        shown: `level:${folder}`,
        isMissing: !existsSync(join(folder, 'documents')),
        open: (surroundings) => openStoreAt({ type: 'level' }, folder, surroundings),
      }
    }
    case 'postgres':
    case 'postgresql':
      return {
        shown: 'the database',
        isMissing: false,
        open: (surroundings) =>
          openStoreAt({ type: 'postgres', url: name, node }, '.', surroundings),
      }
    default:
      throw new Error('a store is level:FOLDER, postgres://USER@HOST/DATABASE, or file:PATH')
  }
}

function splitOnce(name: string): string[] {
  const colon = name.indexOf(':')
  return colon < 0 ? [] : [name.slice(0, colon), name.slice(colon + 1)]
}
