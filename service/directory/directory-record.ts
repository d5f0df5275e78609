/** What came from a directory and was stored of a person: the records of kind `directory-entry`, by AOR. */
import { z } from 'zod'
import type { AdministrationStore } from '../../core/model/administration-store.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { SOURCES } from './directory-source.ts'

const directoryRecord = z.object({
  source: z.enum(SOURCES),
  /** The account has this name from the directory. */
  name: z.string().exactOptional(),
  /** The icon is locked because the directory's is to stay. */
  isLocked: z.literal(true).exactOptional(),
  picture: z
    .object({
      /** SHA-256 of the directory's picture. */
      source: z.string(),
      /** The icon that was made of it: its document below the person's tree, and the SHA-256 of its image. */
      path: z.string(),
      hash: z.string(),
    })
    .exactOptional(),
})

export type DirectoryRecord = z.output<typeof directoryRecord>

const KIND = 'directory-entry'

export interface DirectoryRecords {
  get(aor: Aor): Promise<DirectoryRecord | undefined>
  /** A record that says nothing is removed. */
  put(aor: Aor, record: DirectoryRecord): Promise<void>
  readonly list: (
    after?: string,
  ) => AsyncIterable<{ readonly aor: Aor; readonly record: DirectoryRecord }>
}

export function createDirectoryRecords(administration: AdministrationStore): DirectoryRecords {
  return {
    async get(aor) {
      const value = await administration.get(KIND, aor)
      return value === undefined ? undefined : directoryRecord.parse(value)
    },
    async put(aor, record) {
      const isEmpty = record.name === undefined && record.picture === undefined
      if (isEmpty) await administration.remove(KIND, aor)
      else await administration.put(KIND, aor, record)
    },
    async *list(after) {
      for await (const { key, value } of administration.list(KIND, after)) {
        yield { aor: key as Aor, record: directoryRecord.parse(value) }
      }
    },
  }
}
