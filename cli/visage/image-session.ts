/** What `visage image` does and prints. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import {
  banImage as banHash,
  banPicture,
  listBannedImages,
  unbanImage as unbanHash,
} from '../../service/administration/image-operations.ts'
import { administrationOf } from './administration.ts'
import type { ListFlags, StoreFlags } from './user-flags.ts'

export interface BanFlags extends StoreFlags {
  readonly reason?: string
}

const SHA256 = /^[0-9a-f]{64}$/i

export async function banImage(image: string, { reason, ...flags }: BanFlags): Promise<void> {
  const why = reason === undefined ? {} : { reason }
  const bytes = SHA256.test(image) ? undefined : await readFile(image)
  const { hash, documents } = await administrationOf(flags, (ask) =>
    bytes ? ask(banPicture, { bytes, ...why }) : ask(banHash, { hash: image, ...why }),
  )
  print(`Banned ${hash}; icons removed: ${documents}`)
}

export async function unbanImage(image: string, flags: StoreFlags): Promise<void> {
  const hash = SHA256.test(image) ? image : sha256(await readFile(image))
  await administrationOf(flags, (ask) => ask(unbanHash, { hash }))
  print(`${hash} may be stored again`)
}

export async function listImages({ json, ...flags }: ListFlags): Promise<void> {
  const { images } = await administrationOf(flags, (ask) => ask(listBannedImages, {}))
  for (const image of images) {
    const { hash, at, reason = '' } = image
    print(json ? JSON.stringify(image) : [hash, at, reason].join('\t').trimEnd())
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
