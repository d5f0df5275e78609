/** Announced icons: fetches the picture when presence names another one, for whoever listens. RFC 4480 §3.12. */
import type { FetchedIcon, IconCache } from './icon-cache.ts'
import type { IconImage } from './icon-image.ts'
import type { PresenceNotification } from './presence.ts'

export interface IconNotification {
  /** `sip:bob@example.com` */
  readonly presentity: string
  /** As announced; null: there is none any more. */
  readonly url: string | null
  /** As the header field has it, quoted; null: the server names none. */
  readonly etag: string | null
  /** Undefined: there is none, or it could not be fetched. */
  readonly image: IconImage | undefined
  /** False: the URL is another, the picture is the same. */
  readonly changed: boolean
}

export interface AnnouncedIcons {
  heard(notification: PresenceNotification): void
  /** Somebody listens now: what was announced before is told too. */
  wanted(): void
  /** Nothing is fetched or told any more. */
  close(): void
}

interface Announced {
  url: string | null
  /** The URL that was asked for last; null at first, when nobody expects a picture. */
  asked: string | null
  /** Of the picture that was told last. */
  etag: string | null
}

/** Presentities; of those beyond, the one announced first is forgotten. */
const MOST_KEPT = 10_000
const AT_ONCE = 8

interface IconParts {
  readonly icons: IconCache
  /** Whether somebody listens. */
  readonly isWanted: () => boolean
  readonly tell: (icon: IconNotification) => void
}

export function createAnnouncedIcons(parts: IconParts): AnnouncedIcons {
  return new FetchedIcons(parts)
}

class FetchedIcons implements AnnouncedIcons {
  readonly #parts: IconParts
  readonly #announced = new Map<string, Announced>()
  /** Presentities. */
  readonly #waiting = new Set<string>()
  readonly #closed = new AbortController()
  #underWay = 0

  constructor(parts: IconParts) {
    this.#parts = parts
  }

  heard({ presentity, icon }: PresenceNotification): void {
    const one = this.#announced.get(presentity) ?? { url: null, asked: null, etag: null }
    one.url = icon?.url ?? null
    this.#announced.set(presentity, one)
    forgetOldest(this.#announced)
    this.#want(presentity, one)
  }

  wanted(): void {
    for (const [presentity, one] of this.#announced) this.#want(presentity, one)
  }

  close(): void {
    this.#waiting.clear()
    this.#closed.abort()
  }

  #want(presentity: string, one: Announced): void {
    if (one.asked === one.url || !this.#parts.isWanted() || this.#closed.signal.aborted) return
    one.asked = one.url
    this.#waiting.add(presentity)
    this.#fetchNext()
  }

  #fetchNext(): void {
    for (const presentity of this.#waiting) {
      if (this.#underWay === AT_ONCE) return
      this.#waiting.delete(presentity)
      const one = this.#announced.get(presentity)
      if (!one) continue
      this.#underWay++
      void this.#fetch(presentity, one).finally(() => {
        this.#underWay--
        this.#fetchNext()
      })
    }
  }

  async #fetch(presentity: string, one: Announced): Promise<void> {
    const { url } = one
    const icon = url === null ? undefined : await this.#pictureAt(url)
    // Meanwhile another one may have been announced, and waits for its turn.
    if (one.url !== url || this.#closed.signal.aborted) return
    const etag = icon?.etag ?? null
    const changed = etag === null || etag !== one.etag
    one.etag = etag
    this.#parts.tell({ presentity, url, etag, image: icon?.image, changed })
  }

  async #pictureAt(url: string): Promise<FetchedIcon | undefined> {
    try {
      return await this.#parts.icons.get(url, { signal: this.#closed.signal })
    } catch {
      // Closed meanwhile, or a cache of somebody else's that rejects.
      return undefined
    }
  }
}

function forgetOldest(announced: Map<string, Announced>): void {
  if (announced.size <= MOST_KEPT) return
  const [oldest] = announced.keys()
  if (oldest !== undefined) announced.delete(oldest)
}
