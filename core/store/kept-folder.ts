/** Kept folder: a copy of the embedded store inside its data folder, made while nobody has it open. */
import { constants, type Dirent } from 'node:fs'
import {
  copyFile,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { freeBytes } from './disk-room.ts'
import { STORE_PARTS } from './folder-replacement.ts'
import { syncPath } from './sync-path.ts'

/** What the copy asks of the disk; the tests have smaller ones. */
export interface Disk {
  readonly freeBytes: (folder: string) => Promise<number>
  /** A second name of a file. */
  readonly link: (file: string, name: string) => Promise<void>
}

const MEBIBYTE = 1024 * 1024
/** For what an upgrade writes besides. */
const SPARE_BYTES = 16 * MEBIBYTE

/** Of LevelDB; they are written once and then only removed, as are images. */
const TABLE = /\.(?:ldb|sst)$/
const DATABASES = ['documents', 'event-state']
const IMAGES = 'blobs'

/**
 * What never changes costs no room: it gets a second name. Tells where the copy is; one with the name is there only when it is whole.
 * Rejects with an Error for the operator.
 */
export async function keepStoreFolder(
  folder: string,
  name: string,
  disk: Disk = { freeBytes, link },
): Promise<string> {
  const unfinished = join(folder, 'before-upgrade.unfinished')
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  const links = await canLink(unfinished, disk)
  await checkRoom(folder, links, disk)
  const before = await openings(folder)
  const unchanging = links ? disk.link : copyWhole
  const byName: KeepFile = (file, to) => (TABLE.test(file) ? unchanging : copyWhole)(file, to)
  for (const part of STORE_PARTS) {
    await keep(join(folder, part), join(unfinished, part), part === IMAGES ? unchanging : byName)
  }
  if ((await openings(folder)) !== before) {
    throw new Error(`the store in ${folder} is in use by another process`)
  }
  await syncPath(unfinished)
  await rename(unfinished, join(folder, name))
  await syncPath(folder)
  return join(folder, name)
}

/** Not every file system has hard links. */
async function canLink(folder: string, disk: Disk): Promise<boolean> {
  const file = join(folder, 'probe')
  await writeFile(file, '')
  try {
    await disk.link(file, `${file}-2`)
    return true
  } catch {
    return false
  } finally {
    await rm(file)
    await rm(`${file}-2`, { force: true })
  }
}

/** Databases count in full, since in time the store writes all their tables anew and the copy keeps the old ones. */
async function checkRoom(folder: string, links: boolean, disk: Disk): Promise<void> {
  const parts = links ? DATABASES : [...DATABASES, IMAGES]
  let needed = SPARE_BYTES
  for (const part of parts) needed += await bytesBelow(join(folder, part))
  const free = await disk.freeBytes(folder)
  if (free >= needed) return
  const mebibytes = (bytes: number) => `${Math.ceil(bytes / MEBIBYTE)} MiB`
  throw new Error(
    `the store in ${folder} must be upgraded, and a copy of it, which is kept, needs ${mebibytes(needed)} where ${mebibytes(free)} are free: make room, or make a backup elsewhere and say store.backupBeforeUpgrade: false`,
  )
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name)
    bytes += entry.isDirectory() ? await bytesBelow(path) : (await stat(path)).size
  }
  return bytes
}

/** Changes whenever somebody opens a database: it then begins another manifest. */
async function openings(folder: string): Promise<string> {
  const current = DATABASES.map((part) =>
    readFile(join(folder, part, 'CURRENT'), 'latin1').catch(() => ''),
  )
  return (await Promise.all(current)).join()
}

type KeepFile = (file: string, name: string) => Promise<void>

/** A file, or a folder with all that is in it; nothing where there is nothing. */
async function keep(from: string, to: string, keepFile: KeepFile): Promise<void> {
  const found = await stat(from).catch(() => undefined)
  if (!found) return
  if (!found.isDirectory()) {
    await keepFile(from, to)
    return
  }
  await mkdir(to, { mode: 0o700 })
  for (const { name } of await entriesOf(from)) {
    await keep(join(from, name), join(to, name), keepFile)
  }
  await syncPath(to)
}

/** Nothing where there is no folder. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE)
  await syncPath(to)
}
