/** Room on the disk: how much there is, and whether a database whose last write failed can be recovered. */
import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** For the manifest and the new log that LevelDB writes at every start. */
const SPARE_BYTES = 1024 * 1024

/** Recovery writes the content of the logs once more, as tables. */
export async function roomToReopen(folder: string): Promise<boolean> {
  let needed = SPARE_BYTES
  for (const name of await readdir(folder)) {
    if (name.endsWith('.log')) needed += (await stat(join(folder, name))).size
  }
  return (await freeBytes(folder)) >= needed
}

/** On the disk that the folder is on, for who is not its administrator. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) return true
  // LevelDB gives the system's words only.
  return /No space left|Disk quota exceeded/i.test(error.message) || isDiskFull(error.cause)
}
