/** What was written under a path, a file or the names in a folder, is on the disk. fsync(2). */
import { open } from 'node:fs/promises'

/** Rejects as the file system does. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
