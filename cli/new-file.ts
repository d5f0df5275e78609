/** A new file that only its owner reads: under its name when it is whole and on the disk, and never in place of another. */
import { createWriteStream } from 'node:fs'
import { access, rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/** `content` is asked for when the file can be written. Rejects as the file system and `content` do. */
export async function writeNewFile(
  file: string,
  content: () => Promise<AsyncIterable<Uint8Array>>,
): Promise<void> {
  await refuseExisting(file)
  const unfinished = `${file}.unfinished`
  await rm(unfinished, { force: true })
  const target = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true })
  try {
    await opened(target)
    await pipeline(await content(), target)
    await refuseExisting(file)
    await rename(unfinished, file)
  } catch (error) {
    target.destroy()
    await rm(unfinished, { force: true })
    throw error
  }
}

async function refuseExisting(file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (isThere) throw new Error(`${file} is there already; name another file with --output`)
}

function opened(target: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    target.once('open', resolve).once('error', reject)
  })
}
