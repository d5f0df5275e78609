/** `visage import icons`: pictures of a folder, each named after the person whom it shows. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { prepareImage } from '../../client/node/image-resizing.ts'
import { importIcon, previewIconImport } from '../../service/administration/import-operations.ts'
import type { Ask } from '../../service/administration/operation.ts'
import { AccountProblem } from '../../service/account-problem.ts'
import { IconError } from '../../client/icon-client.ts'
import { createProgress } from '../progress.ts'
import { administrationOf } from './administration.ts'
import type { ImportFlags } from './import-flags.ts'
import { createImportTally } from './import-tally.ts'

const IMAGE = /\.(?:png|jpe?g|gif)$/i

export async function importIconsFrom(folder: string, flags: ImportFlags): Promise<void> {
  const tally = createImportTally(['created', 'changed', 'unchanged', 'kept'], {
    ...flags,
    nothing: `there is no PNG, JPEG or GIF picture in ${folder}`,
  })
  const files = (await readdir(folder, { recursive: true }))
    .filter((file) => IMAGE.test(file))
    .sort()
  const progress = await createProgress(files.length)
  try {
    await administrationOf(flags, async (ask) => {
      for (const file of files) {
        progress.step(file)
        try {
          tally.add({
            [await importFile(join(folder, file), addressIn(file, flags), flags, ask)]: 1,
          })
        } catch (error) {
          if (!isOfTheFile(error)) throw error
          tally.refuse(file, error.message)
        }
      }
    })
  } finally {
    progress.end()
  }
  tally.end()
}

async function importFile(
  file: string,
  address: string,
  { overwrite = false, lock = false, dryRun = false }: ImportFlags,
  ask: Ask,
): Promise<string> {
  const { bytes } = await prepareImage(await readFile(file), { original: false })
  const operation = dryRun ? previewIconImport : importIcon
  return (await ask(operation, { address, bytes, overwrite, lock })).outcome
}

/** `alice@example.com.png`, or `alice.png` in a folder of the domain's name. */
function addressIn(file: string, { domain }: ImportFlags): string {
  const name = basename(file, extname(file))
  if (name.includes('@')) return name
  const folder = dirname(file)
  const host = folder === '.' ? domain : basename(folder)
  if (host !== undefined) return `${name}@${host}`
  throw new AccountProblem('whose is it? Name it alice@example.com.png, or say --domain', 'invalid')
}

/** Nothing is wrong with the others then. */
function isOfTheFile(error: unknown): error is Error {
  if (error instanceof AccountProblem) return error.kind !== 'unavailable'
  if (error instanceof IconError) return true
  // It cannot be read, or is no file.
  return error instanceof Error && (error.name === 'ImageRefused' || 'syscall' in error)
}
