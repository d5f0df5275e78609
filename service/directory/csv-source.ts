/** A list of people as CSV in UTF-8: address,name,picture, where the picture is a file beside the list. RFC 4180. */
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { splitRow } from '../import/csv-table.ts'
import type { DirectoryPerson, DirectorySource } from './directory-source.ts'

export function csvSource(file: string): DirectorySource {
  return {
    kind: 'csv',
    async *people() {
      const lines = createInterface({ input: createReadStream(file, 'utf8') })
      let isFirst = true
      for await (const line of lines) {
        const values = splitRow(isFirst ? line.replace(/^\uFEFF/, '') : line)
        const [address = '', name = '', picture = ''] = values.map((value) => value.trim())
        const isHeader = isFirst && !address.includes('@')
        isFirst = false
        if (isHeader || address === '') continue
        yield { address, ...named(name), ...(await pictured(picture, dirname(file))) }
      }
    },
  }
}

function named(name: string): Pick<DirectoryPerson, 'name'> {
  return name === '' ? {} : { name }
}

async function pictured(path: string, folder: string): Promise<Pick<DirectoryPerson, 'picture'>> {
  return path === '' ? {} : { picture: await readFile(resolve(folder, path)) }
}
