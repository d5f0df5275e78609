/** Icon cache: fetches announced icons, asks again only whether they changed, and keeps what it may. RFC 4480 §3.12, RFC 9110 §13, RFC 9111. */
import { parsePresContent, PRES_CONTENT_MEDIA_TYPE } from '../core/documents/pres-content.ts'
import { unlessAborted, type Abortable } from './abortable.ts'
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
  /**
   * Undefined when there is nothing to be had there: no answer in time, too large, no longer there. Several who ask for one
   * URL share one request. Rejects only with the signal's reason.
   */
  get(url: string, options?: Abortable): Promise<FetchedIcon | undefined>
}

interface CacheOptions {
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds for one icon. */
  readonly timeoutMs?: number
  readonly clock?: { now(): number }
}

interface Kept {
  readonly icon: FetchedIcon
  /** Milliseconds since the epoch: until then nobody has to be asked. */
  readonly freshUntil: number
}

interface UnderWay {
  readonly icon: Promise<FetchedIcon | undefined>
  readonly abort: AbortController
  waiting: number
}

const TIMEOUT_MS = 3000
const LARGEST = 2 * 1024 * 1024
const MOST_KEPT_BYTES = 32 * 1024 * 1024
const MOST_KEPT = 5000
const LONGEST_FRESH_MS = 365 * 86_400_000
const SHOWABLE = /^image\/(?:png|jpeg|gif)$/

export function createIconCache(options: CacheOptions = {}): IconCache {
  return new FetchingCache(options)
}

class FetchingCache implements IconCache {
  readonly #fetch: typeof globalThis.fetch
  readonly #timeoutMs: number
  readonly #clock: { now(): number }
  /** Least recently used first. */
  readonly #kept = new Map<string, Kept>()
  readonly #underWay = new Map<string, UnderWay>()

  constructor({
    fetch = (url, init) => globalThis.fetch(url, init),
    timeoutMs = TIMEOUT_MS,
    clock = Date,
  }: CacheOptions) {
    this.#fetch = fetch
    this.#timeoutMs = timeoutMs
    this.#clock = clock
  }

  async get(url: string, { signal }: Abortable = {}): Promise<FetchedIcon | undefined> {
    signal?.throwIfAborted()
    if (!/^https?:/i.test(url)) return undefined
    const known = this.#kept.get(url)
    if (known && this.#clock.now() < known.freshUntil) {
      this.#keep(url, known)
      return known.icon
    }
    return this.#share(url, signal)
  }

  async #share(url: string, signal: AbortSignal | undefined): Promise<FetchedIcon | undefined> {
    const request = this.#underWay.get(url) ?? this.#begin(url)
    request.waiting++
    try {
      return await unlessAborted(request.icon, signal)
    } finally {
      // Nobody wants it any more.
      if (--request.waiting === 0) request.abort.abort()
    }
  }

  #begin(url: string): UnderWay {
    const abort = new AbortController()
    const forget = () => {
      if (this.#underWay.get(url) === request) this.#underWay.delete(url)
    }
    abort.signal.addEventListener('abort', forget)
    const icon = this.#load(url, abort.signal).catch(() => undefined)
    const request: UnderWay = { icon: icon.finally(forget), abort, waiting: 0 }
    this.#underWay.set(url, request)
    return request
  }

  async #load(url: string, signal: AbortSignal): Promise<FetchedIcon | undefined> {
    const known = this.#kept.get(url)
    const response = await this.#fetch(url, {
      // The public picture is meant: nobody's cookies or passwords. A cache in between must ask its server too.
      credentials: 'omit',
      headers: {
        Accept: `image/*, ${PRES_CONTENT_MEDIA_TYPE};q=0.5`,
        ...(known?.icon.etag != null && { 'If-None-Match': known.icon.etag }),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]),
    })
    const icon = response.status === 304 ? known?.icon : await readIcon(response)
    const freshUntil = this.#clock.now() + freshMs(response.headers)
    this.#keep(url, icon && { icon, freshUntil })
    return icon
  }

  #keep(url: string, kept: Kept | undefined): void {
    this.#kept.delete(url)
    if (!kept) return
    this.#kept.set(url, kept)
    let total = 0
    for (const { icon } of this.#kept.values()) total += icon.bytes
    for (const [oldest, { icon }] of this.#kept) {
      if (total <= MOST_KEPT_BYTES && this.#kept.size <= MOST_KEPT) return
      this.#kept.delete(oldest)
      total -= icon.bytes
    }
  }
}

/** How long the answer may be used without asking. RFC 9111 §4.2.1, §5.2.2 */
function freshMs(headers: Headers): number {
  const directives = (headers.get('Cache-Control') ?? '').toLowerCase()
  if (/\bno-(?:store|cache)\b/.test(directives)) return 0
  const seconds = Number(/(?:^|[\s,])max-age=\s*"?(\d+)/.exec(directives)?.[1] ?? 0)
  const age = Number(/^\d+$/.exec(headers.get('Age') ?? '')?.[0] ?? 0)
  return Math.min(Math.max(seconds - age, 0) * 1000, LONGEST_FRESH_MS)
}

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
