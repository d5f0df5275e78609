/** Icons in the few sizes that web pages ask for, metadata stripped: made on first use, then kept. */
import type { ImageResizer, ResizedImage } from '../core/images/image-resizer.ts'
import { ImageRefused } from '../core/images/picture-decoder.ts'
import { QueueFull } from '../core/images/work-queue.ts'
import type { StatusIcon } from '../core/model/status-icon.ts'
import type { DocumentStore } from '../core/model/stores.ts'
import type { Representation } from './application-usage.ts'
import { ServiceUnavailable } from './http-errors.ts'
import { clientWritten } from './stored-document.ts'
import type { RepresentationCache } from './representation-cache.ts'

export interface ResizedIcons {
  /** Undefined: the image is gone, or cannot be decoded. Rejects with `ServiceUnavailable` when too many wait. */
  of(icon: StatusIcon, side: number): Promise<Representation | undefined>
}

export function createResizedIcons({
  documents,
  images,
  cache,
}: {
  documents: DocumentStore
  images: ImageResizer
  cache: RepresentationCache
}): ResizedIcons {
  const underWay = new Map<string, Promise<Representation | undefined>>()

  async function make(key: string, { hash }: StatusIcon, side: number) {
    try {
      const original = await documents.image(hash)
      const resized = original && (await images.resize(original, side))
      return resized && cache.set(key, representation(resized, `"${hash.slice(0, 32)}-${side}"`))
    } catch (error) {
      // An image that cannot be decoded is as good as none.
      if (error instanceof ImageRefused) return undefined
      throw error instanceof QueueFull ? busy() : error
    } finally {
      underWay.delete(key)
    }
  }

  return {
    of: async (icon, side) => {
      const key = `${icon.hash} ${side}`
      const held = cache.get(key) ?? underWay.get(key)
      if (held) return held
      const making = make(key, icon, side)
      underWay.set(key, making)
      return making
    },
  }
}

function representation({ bytes, mediaType }: ResizedImage, etag: string): Representation {
  const headers = clientWritten(mediaType, etag)
  return { etag, headers, size: bytes.length, body: () => bytes }
}

function busy(): ServiceUnavailable {
  const phrase = 'Too many images are being made smaller; try again soon.'
  return new ServiceUnavailable({ phrase, headers: { 'Retry-After': '1' } })
}
