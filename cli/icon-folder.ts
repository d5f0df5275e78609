/** Icon folder: keeps the last icon of each person in a file of that person's name. */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FetchedIcon } from '../client/icon-cache.ts'

export interface IconFolder {
  /** The file's name; undefined when this is no image. Rejects as the file system does. */
  save(presentity: string, icon: FetchedIcon): Promise<string | undefined>
}

const EXTENSIONS: Partial<Record<string, string>> = {
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
}

/** Makes the folder when it is not there. */
export async function createIconFolder(path: string): Promise<IconFolder> {
  await mkdir(path, { recursive: true })
  return {
    async save(presentity, { image }) {
      const extension = EXTENSIONS[image?.mediaType ?? '']
      if (!image || extension === undefined) return undefined
      const name = join(path, safeName(presentity) + extension)
      // Whoever looks at the file sees a whole picture, the old one or the new one.
      const unfinished = `${name}.${process.pid}.part`
      await writeFile(unfinished, image.bytes)
      await rename(unfinished, name)
      return name
    },
  }
}

/** `alice@example.com`: nothing that leaves the folder, hides the file, or means something to a shell. */
function safeName(presentity: string): string {
  const name = presentity.replace(/^(?:sip|tel):/, '').replace(/[^\w.@+-]/g, '_')
  return name.replace(/^[.-]/, '_').slice(0, 200)
}
