/** Icon cache: fetches announced icons, asks again only whether they changed, and keeps what it may. RFC 4480 §3.12, RFC 9110 §13. */
import { parsePresContent, PRES_CONTENT_MEDIA_TYPE } from '../core/documents/pres-content.ts'
import { fromBase64 } from './base64.ts'
import type { IconImage } from './icon-image.ts'
import { readDocument } from './xml-reader.ts'

export interface FetchedIcon {
  /** As the header field has it, quoted; null: the server names none. */
  readonly etag: string | null
  /** Media type of the answer, without parameters. */
  readonly type: string
  /** Length of the answer. */
  readonly bytes: number
  /** What the answer shows; undefined when it is neither an image nor XML that holds one. */
  readonly image: IconImage | undefined
}

export interface IconCache {
  /** Undefined when there is nothing to be had there: no answer in time, too large, no longer there. Never rejects. */
  get(url: string): Promise<FetchedIcon | undefined>
}

const TIMEOUT_MS = 3000
const LARGEST = 2 * 1024 * 1024
const MOST_KEPT = 32 * 1024 * 1024
const SHOWABLE = /^image\/(?:png|jpeg|gif)$/

export function createIconCache({
  fetch = globalThis.fetch,
  timeoutMs = TIMEOUT_MS,
}: {
  fetch?: typeof globalThis.fetch
  /** Milliseconds for one icon. */
  timeoutMs?: number
} = {}): IconCache {
  /** Least recently used first. */
  const kept = new Map<string, FetchedIcon>()

  async function load(url: string): Promise<FetchedIcon | undefined> {
    const known = kept.get(url)
    const response = await fetch(url, {
      // The public picture is meant: nobody's cookies or passwords. A cache in between must ask its server too.
      credentials: 'omit',
      headers: {
        Accept: `image/*, ${PRES_CONTENT_MEDIA_TYPE};q=0.5`,
        ...(known?.etag != null && { 'If-None-Match': known.etag }),
      },
      signal: AbortSignal.timeout(timeoutMs),
    })
    const icon = response.status === 304 ? known : await readIcon(response)
    keep(kept, url, icon)
    return icon
  }

  return {
    get: (url) => (/^https?:/i.test(url) ? load(url).catch(() => undefined) : nothing()),
  }
}

const nothing = () => Promise.resolve(undefined)

async function readIcon(response: Response): Promise<FetchedIcon | undefined> {
  const body = response.ok ? await readBounded(response) : undefined
  if (!body) return undefined
  const type =
    (response.headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const etag = response.headers.get('ETag')
  return { etag, type, bytes: body.length, image: imageIn(type, body) }
}

/** Undefined beyond the largest icon, whatever Content-Length says. */
async function readBounded(response: Response): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  const reader = response.body?.getReader() as
    ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    chunks.push(read.value)
    length += read.value.length
    if (length > LARGEST) {
      await reader?.cancel()
      return undefined
    }
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}

/** Servers of the OMA kind announce XML that carries the image. */
function imageIn(type: string, bytes: Uint8Array): IconImage | undefined {
  if (SHOWABLE.test(type)) return { mediaType: type, bytes }
  if (type !== PRES_CONTENT_MEDIA_TYPE) return undefined
  const content = readDocument(new TextDecoder().decode(bytes), parsePresContent)
  if (content.error !== undefined) return undefined
  const image = fromBase64(content.value.data)
  const mediaType = content.value.mimeType?.toLowerCase() ?? ''
  return image && SHOWABLE.test(mediaType) ? { mediaType, bytes: image } : undefined
}

function keep(kept: Map<string, FetchedIcon>, url: string, icon: FetchedIcon | undefined): void {
  kept.delete(url)
  if (!icon) return
  kept.set(url, icon)
  let total = 0
  for (const { bytes } of kept.values()) total += bytes
  for (const [oldest, { bytes }] of kept) {
    if (total <= MOST_KEPT) return
    kept.delete(oldest)
    total -= bytes
  }
}
