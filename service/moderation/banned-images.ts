/** Banned images: which nobody may store, by the SHA-256 of their bytes and of their pixels. The kind `banned-image`. */
import { z } from 'zod'
import type { ImageResizer } from '../../core/images/image-resizer.ts'
import { ImageRefused } from '../../core/images/picture-decoder.ts'
import type { PixelHasher } from '../../core/images/pixel-hasher.ts'
import type { AdministrationStore } from '../../core/model/administration-store.ts'

interface BannedImage {
  /** SHA-256 of the file, in lower-case hexadecimal. */
  readonly hash: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly reason?: string | undefined
}

export interface BannedImages {
  /** Whether these bytes, or what they show, are banned. */
  has(image: { readonly hash: string; readonly bytes: Uint8Array }): Promise<boolean>
  /** By the file's hash alone: of it is asked first and last. */
  hasHash(hash: string): Promise<boolean>
  /** `bytes`: what the hash names, where it is known, so that its pixels and its smaller copies are banned with it. */
  add(banned: BannedImage, bytes?: Uint8Array): Promise<void>
  /** False: it was not banned. */
  remove(hash: string): Promise<boolean>
  list(): AsyncIterable<BannedImage>
}

/** Under the file's hash. */
const imageRecord = z.strictObject({
  at: z.number(),
  reason: z.string().optional(),
  pixels: z.array(z.string()),
})

/** Under `pixels HASH`, and behind all files' hashes: `p` is no hexadecimal digit. */
const pixelsKey = (hash: string) => `pixels ${hash}`
const BEFORE_PIXELS = 'p'

/** The sizes that Visage gives out itself. */
const SIDES = [256, 192, 128, 96, 64, 48, 32]

export function createBannedImages({
  records,
  pixels,
  images,
}: {
  records: AdministrationStore
  pixels: PixelHasher
  images: ImageResizer
}): BannedImages {
  const isBanned = async (key: string) => (await records.get('banned-image', key)) !== undefined

  async function arePixelsBanned(bytes: Uint8Array): Promise<boolean> {
    // Decoding costs time: it is done only where there is something to compare with.
    if (!(await hasAny(records.list('banned-image', BEFORE_PIXELS)))) return false
    const hash = await hashOrNone(pixels, bytes)
    return hash !== undefined && isBanned(pixelsKey(hash))
  }

  return {
    has: async ({ hash, bytes }) => (await isBanned(hash)) || arePixelsBanned(bytes),
    hasHash: isBanned,
    async add({ hash, at, reason }, bytes) {
      const shown = bytes ? await hashesShown(bytes, { pixels, images }) : []
      for (const one of shown) await records.put('banned-image', pixelsKey(one), { of: hash })
      await records.put('banned-image', hash, {
        ...{ at, pixels: shown },
        ...(reason !== undefined && { reason }),
      })
    },
    remove: (hash) => removeBan(records, hash),
    async *list() {
      for await (const { key, value } of records.list('banned-image')) {
        if (key >= BEFORE_PIXELS) return
        const { at, reason } = imageRecord.parse(value)
        yield { hash: key, at, ...(reason !== undefined && { reason }) }
      }
    },
  }
}

async function removeBan(records: AdministrationStore, hash: string): Promise<boolean> {
  const record = await records.get('banned-image', hash)
  if (record === undefined) return false
  for (const one of imageRecord.parse(record).pixels) {
    await records.remove('banned-image', pixelsKey(one))
  }
  return records.remove('banned-image', hash)
}

/** Of the picture and of every smaller copy that Visage would make of it. */
async function hashesShown(
  bytes: Uint8Array,
  { pixels, images }: { pixels: PixelHasher; images: ImageResizer },
): Promise<string[]> {
  const own = await hashOrNone(pixels, bytes)
  if (own === undefined) return []
  const hashes = [own]
  for (const side of SIDES) hashes.push(await pixels.hash((await images.resize(bytes, side)).bytes))
  return [...new Set(hashes)]
}

/** What cannot be decoded shows nothing. */
async function hashOrNone(pixels: PixelHasher, bytes: Uint8Array): Promise<string | undefined> {
  try {
    return await pixels.hash(bytes)
  } catch (error) {
    if (error instanceof ImageRefused) return undefined
    throw error
  }
}

async function hasAny(records: AsyncIterable<unknown>): Promise<boolean> {
  for await (const record of records) return record !== undefined
  return false
}
