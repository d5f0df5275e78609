/** What a watcher gets of a presentity while no rule of the presentity speaks of it. RFC 3856 §6.6.2, RFC 5025 §3.2.1. */
import type { SubHandling } from '../documents/pres-rules.ts'
import type { Aor } from '../uri/aor.ts'
import type { DefaultPolicy, Domain, Domains } from './domain.ts'
import type { MaybePromise } from './maybe-promise.ts'

export type { SubHandling }

/** Whether the presentity's rules, and without any the policy, show a watcher her icon. Rejects when the store cannot be asked. */
export type MaySeeIcon = (
  presentity: { readonly aor: Aor; readonly domain: Domain },
  watcher: Aor,
) => MaybePromise<boolean>

const SAME_FOR_ALL: Record<Exclude<DefaultPolicy, 'allow-domain'>, SubHandling> = {
  allow: 'allow',
  confirm: 'confirm',
  block: 'block',
}

/** `watcher` is authenticated and canonical; absent: nobody in particular. */
export function defaultSubHandling(
  presentity: Aor,
  domain: Domain,
  watcher: Aor | undefined,
  domains: Domains,
): SubHandling {
  // Everybody may watch themselves.
  if (watcher === presentity) return 'allow'
  if (domain.defaultPolicy !== 'allow-domain') return SAME_FOR_ALL[domain.defaultPolicy]
  return watcher !== undefined && domains.of(watcher) === domain ? 'allow' : 'confirm'
}
