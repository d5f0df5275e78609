/** Pictures in a folder, by address: `alice@example.com.png`. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DirectorySource } from './directory-source.ts'

const PICTURE = /^([^.].*@.+)\.(?:png|jpe?g|gif)$/i

export function folderSource(folder: string): DirectorySource {
  return {
    kind: 'folder',
    picturesOnly: true,
    async *people() {
      const names = await readdir(folder)
      for (const name of names.sort()) {
        const address = PICTURE.exec(name)?.[1]
        if (address !== undefined) yield { address, picture: await readFile(join(folder, name)) }
      }
    },
  }
}
