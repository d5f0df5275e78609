/** Replacement of the embedded store by another that was written beside it: interrupted at any point, one of the two is there, whole. */
import { access, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { syncPath } from './sync-path.ts'

/** What of the data folder is the store. The format comes last: with it the store is there. */
export const STORE_PARTS = ['documents', 'blobs', 'event-state', 'open', 'format']

/** Not complete: the next replacement removes it. */
const UNFINISHED = 'restore.unfinished'
/** Complete: whoever opens the store next puts it in place. */
const READY = 'restore.ready'
/** Names the folder into which the present store goes. */
const ASIDE = 'aside'

/** A new folder for the store that is to come. */
export async function folderForReplacement(folder: string): Promise<string> {
  const unfinished = join(folder, UNFINISHED)
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  return unfinished
}

/**
 * The store that was written into the new folder, and closed, is the store from now on.
 * `aside`: the name, in the data folder, under which what was there before is kept.
 */
export async function replaceStore(folder: string, aside: string): Promise<void> {
  const unfinished = join(folder, UNFINISHED)
  await writeFile(join(unfinished, ASIDE), aside, { flush: true })
  await syncPath(unfinished)
  await rename(unfinished, join(folder, READY))
  await syncPath(folder)
  await finishReplacement(folder)
}

/** Goes on with a replacement that was interrupted; nothing to do: nothing happens. */
export async function finishReplacement(folder: string): Promise<void> {
  const ready = join(folder, READY)
  const name = await readFile(join(ready, ASIDE), 'utf8').catch(() => undefined)
  if (name === undefined) return
  const aside = join(folder, name)
  if (!(await exists(aside))) await putAside(folder, aside)
  await moveParts(ready, folder)
  await syncPath(folder)
  await rm(ready, { recursive: true })
  // Nothing was there before.
  if ((await readdir(aside)).length === 0) await rmdir(aside)
}

/** Under its name when all of it is there. */
async function putAside(folder: string, aside: string): Promise<void> {
  const unfinished = `${aside}.unfinished`
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  await moveParts(folder, unfinished)
  await rename(unfinished, aside)
}

async function moveParts(from: string, to: string): Promise<void> {
  for (const part of STORE_PARTS) {
    const path = join(from, part)
    if (await exists(path)) await rename(path, join(to, part))
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
