/** What a subscription is to: a presentity, in an event package. */
import type { Aor } from '../../core/uri/aor.ts'
import type { Subscription } from '../resource.ts'

export interface Watched {
  readonly eventPackage: string
  readonly presentity: Aor
}

export function watchedBy({ resource }: Subscription): Watched {
  return { eventPackage: resource.eventPackage.name, presentity: resource.presentity }
}

/** Equal for what is equal. */
export function watchedKey({ eventPackage, presentity }: Watched): string {
  return `${eventPackage} ${presentity}`
}
