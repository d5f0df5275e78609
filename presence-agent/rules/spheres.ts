/** The spheres that presentities are in, for whom the rules ask. RFC 5025 §3.1.2. */
import type { PresenceDocument } from '../../core/documents/pidf.ts'
import { publishedSphere } from '../../core/model/published-sphere.ts'
import type { Aor } from '../../core/uri/aor.ts'

export interface Spheres {
  /** Undefined: none, or several that differ. */
  of(presentity: Aor): string | undefined
  /** Something was published: whether that is another sphere than whoever asked was told. */
  published(presentity: Aor): boolean
}

/** Presentities whose sphere somebody asked for. */
const KEPT = 50_000

/** `documentsOf`: what the presentity has published. */
export function createSpheres(
  documentsOf: (presentity: Aor) => readonly PresenceDocument[],
): Spheres {
  const told = new Map<Aor, string | undefined>()
  return {
    of(presentity) {
      if (told.has(presentity)) return told.get(presentity)
      const sphere = publishedSphere(documentsOf(presentity))
      for (const oldest of told.keys()) {
        if (told.size < KEPT) break
        told.delete(oldest)
      }
      told.set(presentity, sphere)
      return sphere
    },
    published(presentity) {
      if (!told.has(presentity)) return false
      const before = told.get(presentity)
      const now = publishedSphere(documentsOf(presentity))
      told.set(presentity, now)
      return now !== before
    },
  }
}
