/** Store format: a file that says which Visage can read the folder, looked at before anything in it is opened. */
import { access, mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** Raised when the layout of the folder, or of its keys, changes; then `store-upgrade.ts` has a step more. */
export const STORE_FORMAT = 2

export interface FolderFormat {
  readonly format: number
  /** Partly it is of a newer format already: an upgrade was interrupted. */
  readonly isBeingUpgraded: boolean
}

const FILE = 'format'
/** An earlier Visage understands nothing but a number, and so leaves a store alone whose upgrade is not finished. */
const CONTENT = /^visage store format (\d+)(, being upgraded)?\n?$/

/**
 * Marks a new folder; tells the format of one that is there already.
 * Throws an Error, and leaves everything as it is, when the store is not for this Visage.
 */
export async function claimStoreFolder(folder: string): Promise<FolderFormat> {
  await mkdir(folder, { recursive: true })
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => undefined)
  if (text === undefined) {
    await refuseNameless(folder)
    const present = { format: STORE_FORMAT, isBeingUpgraded: false }
    await markStoreFolder(folder, present)
    return present
  }
  const [, number, mark] = CONTENT.exec(text) ?? []
  if (number === undefined) throw new Error(`${join(folder, FILE)} does not name a store format`)
  const format = Number(number)
  if (format > STORE_FORMAT) {
    throw new Error(
      `the store in ${folder} has format ${format}, written by a newer Visage; this one reads format ${STORE_FORMAT}`,
    )
  }
  return { format, isBeingUpgraded: mark !== undefined }
}

async function refuseNameless(folder: string): Promise<void> {
  const exists = await access(join(folder, 'documents')).then(
    () => true,
    () => false,
  )
  if (exists) throw new Error(`the store in ${folder} has no file '${FILE}' that names its format`)
}

/** From now on the folder has this format. */
export async function markStoreFolder(
  folder: string,
  { format, isBeingUpgraded }: FolderFormat,
): Promise<void> {
  const unfinished = join(folder, `${FILE}.new`)
  const file = await open(unfinished, 'w')
  await file.writeFile(
    `visage store format ${format}${isBeingUpgraded ? ', being upgraded' : ''}\n`,
  )
  await file.sync()
  await file.close()
  await rename(unfinished, join(folder, FILE))
}
