/** Folders for stores in tests. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** An empty folder that is gone when the test is over. */
export async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-store-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A file system of its own, of this many MiB, that is gone when the test is over. For root on Linux only. */
export async function smallDisk(t: TestContext, mebibytes: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'visage-test', folder])
  t.after(async () => {
    execFileSync('umount', ['-l', folder])
    await rm(folder, { recursive: true, force: true })
  })
  return folder
}

export const mayMount = process.platform === 'linux' && process.getuid?.() === 0
