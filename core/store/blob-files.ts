/** Blob files: bytes under their SHA-256, `ab/<hash>`. A file is on the disk, whole, before its name exists. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreUnavailable } from '../model/store-unavailable.ts'
import { isDiskFull } from './disk-room.ts'
import { RecordUnreadable } from './record-unreadable.ts'
import { syncPath } from './sync-path.ts'

export interface BlobFiles {
  /** Resolves when the bytes are on the disk. Throws StoreUnavailable, and a RangeError when the hash is not theirs. */
  readonly write: (hash: string, bytes: Uint8Array) => Promise<void>
  /** Undefined: there is no such blob. Throws RecordUnreadable when the bytes are not those that were written. */
  readonly read: (hash: string) => Promise<Uint8Array | undefined>
  readonly remove: (hash: string) => Promise<void>
  /** The hashes of all blobs. */
  readonly all: () => AsyncIterable<string>
}

/** Unfinished files; nobody knows them by name. */
const UNFINISHED = 'new'
const SHELVES = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'))

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Makes the folders and removes what an earlier process left unfinished. */
export async function openBlobFiles(folder: string): Promise<BlobFiles> {
  const pathOf = (hash: string) => join(folder, hash.slice(0, 2), hash)
  await rm(join(folder, UNFINISHED), { recursive: true, force: true })
  await Promise.all(
    [UNFINISHED, ...SHELVES].map((name) =>
      mkdir(join(folder, name), { recursive: true, mode: 0o700 }),
    ),
  )
  await syncPath(folder)

  return {
    async write(hash, bytes) {
      if (sha256(bytes) !== hash) throw new RangeError(`${hash} is not the SHA-256 of the bytes`)
      const path = pathOf(hash)
      if (await hasSize(path, bytes.length)) return
      const unfinished = join(folder, UNFINISHED, randomBytes(12).toString('hex'))
      try {
        await writeDurably(unfinished, bytes)
        await rename(unfinished, path)
        await syncPath(join(folder, hash.slice(0, 2)))
      } catch (error) {
        await rm(unfinished, { force: true }).catch(() => undefined)
        const trouble = isDiskFull(error) ? 'full' : 'failed'
        throw new StoreUnavailable(trouble, `writing the blob ${hash} failed`, error)
      }
    },
    async read(hash) {
      const bytes = isHash(hash) ? await readIfThere(pathOf(hash)) : undefined
      if (bytes && sha256(bytes) !== hash) {
        throw new RecordUnreadable(`blob ${hash}`, 'its bytes are not those that were stored')
      }
      return bytes
    },
    remove: (hash) => rm(pathOf(hash), { force: true }),
    async *all() {
      for (const shelf of SHELVES) {
        yield* (await readdir(join(folder, shelf))).filter(isHash)
      }
    },
  }
}

const isHash = (text: string) => /^[0-9a-f]{64}$/.test(text)

async function hasSize(path: string, size: number): Promise<boolean> {
  return stat(path).then(
    (found) => found.size === size,
    () => false,
  )
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new StoreUnavailable('failed', `reading ${path} failed`, error)
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}
