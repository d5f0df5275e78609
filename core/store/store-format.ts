/** Store format: a file that says which Visage can read the folder, looked at before anything in it is opened. */
import { access, mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** Raised when the layout of the folder, or of its keys, changes. */
export const STORE_FORMAT = 2

const FILE = 'format'
const CONTENT = /^visage store format (\d+)\n?$/

/**
 * Marks a new folder; tells the format of one that is there already.
 * Throws an Error, and leaves everything as it is, when the store is not for this Visage.
 */
export async function claimStoreFolder(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true })
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => undefined)
  if (text === undefined) {
    await refuseNameless(folder)
    await markStoreFolder(folder)
    return STORE_FORMAT
  }
  const format = Number(CONTENT.exec(text)?.[1])
  if (Number.isNaN(format)) throw new Error(`${join(folder, FILE)} does not name a store format`)
  if (format > STORE_FORMAT) {
    throw new Error(
      `the store in ${folder} has format ${format}, written by a newer Visage; this one reads format ${STORE_FORMAT}`,
    )
  }
  return format
}

async function refuseNameless(folder: string): Promise<void> {
  const exists = await access(join(folder, 'documents')).then(
    () => true,
    () => false,
  )
  if (exists) throw new Error(`the store in ${folder} has no file '${FILE}' that names its format`)
}

/** From now on the folder has the present format. */
export async function markStoreFolder(folder: string): Promise<void> {
  const unfinished = join(folder, `${FILE}.new`)
  const file = await open(unfinished, 'w')
  await file.writeFile(`visage store format ${STORE_FORMAT}\n`)
  await file.sync()
  await file.close()
  await rename(unfinished, join(folder, FILE))
}
