/** Permissions: what a watcher may see of a presentity. RFC 5025 §3.2, §3.3. */
import type { PresencePermissions } from '../documents/pres-rules.ts'
import type { SubHandling } from './presence-policy.ts'

export interface Permissions {
  /** `confirm` is the state pending. */
  readonly handling: SubHandling
  /** Who may see everything has none. */
  readonly filter?: PresencePermissions
  /** SIP status of the answer to who is blocked; absent: 403. */
  readonly refusal?: number
  /** Equal for equal permissions: their watchers share one document. */
  readonly key: string
}

const UNFILTERED: Readonly<Record<SubHandling, Permissions>> = {
  block: { handling: 'block', key: 'block' },
  confirm: { handling: 'confirm', key: 'confirm' },
  'polite-block': { handling: 'polite-block', key: 'polite-block' },
  allow: { handling: 'allow', key: 'allow' },
}

/** All that the handling by itself lets through. */
export function unfiltered(handling: SubHandling): Permissions {
  return UNFILTERED[handling]
}
