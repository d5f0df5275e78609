/** Lost records: what a repair takes out of a store lies in `lost+found` beside it, each with its name. */
import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface LostRecords {
  readonly keep: (key: string, bytes: Uint8Array) => Promise<void>
  readonly keepFile: (name: string, path: string) => Promise<void>
}

/** `date`: a part of the file names, so that several repairs do not meet. */
export function createLostRecords(folder: string, date: string): LostRecords {
  const place = join(folder, 'lost+found')
  let number = 0

  async function next(name: string): Promise<string> {
    await mkdir(place, { recursive: true, mode: 0o700 })
    const file = `${date}-${String(++number).padStart(6, '0')}`
    await appendFile(join(place, 'names.jsonl'), `${JSON.stringify({ file, name })}\n`)
    return join(place, file)
  }

  return {
    keep: async (key, bytes) => {
      await writeFile(await next(key), bytes, { mode: 0o600, flush: true })
    },
    keepFile: async (name, path) => {
      await rename(path, await next(name))
    },
  }
}
