/** Store format: a file that says which Visage can read the folder, looked at before anything in it is opened. */
import { access, mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** Raised when the layout of the folder, or of its keys, changes. */
const STORE_FORMAT = 1

const FILE = 'format'
const CONTENT = /^visage store format (\d+)\n?$/

/** Marks a new folder. Throws an Error, and leaves everything as it is, when the store is not for this Visage. */
export async function claimStoreFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => undefined)
  if (text === undefined) {
    await markNewStore(folder)
    return
  }
  const format = Number(CONTENT.exec(text)?.[1])
  if (Number.isNaN(format)) throw new Error(`${join(folder, FILE)} does not name a store format`)
  if (format > STORE_FORMAT) {
    throw new Error(
      `the store in ${folder} has format ${format}, written by a newer Visage; this one reads format ${STORE_FORMAT}`,
    )
  }
}

async function markNewStore(folder: string): Promise<void> {
  const exists = await access(join(folder, 'documents')).then(
    () => true,
    () => false,
  )
  if (exists) throw new Error(`the store in ${folder} has no file '${FILE}' that names its format`)
  const unfinished = join(folder, `${FILE}.new`)
  const file = await open(unfinished, 'w')
  await file.writeFile(`visage store format ${STORE_FORMAT}\n`)
  await file.sync()
  await file.close()
  await rename(unfinished, join(folder, FILE))
}
