/** Event package `presence`. RFC 3856. */
import type { Domains } from '../core/model/domain.ts'
import { defaultSubHandling } from '../core/model/presence-policy.ts'
import type { EventPackage } from './event-package.ts'

export const PRESENCE = 'presence'

export function createPresencePackage({
  domains,
}: { domains: Domains } & Record<string, unknown>): EventPackage {
  return {
    name: PRESENCE,
    defaultDuration: 3600,
    contentType: 'application/pidf+xml',
    authorize: ({ aor, domain }, watcher) => defaultSubHandling(aor, domain, watcher, domains),
    compose: ({ presentity, publications }) => {
      const last = [...publications].at(-1)
      const body =
        last?.record.body ??
        `<presence entity="${presentity}"><tuple><basic>closed</basic></tuple></presence>`
      return (handling) => (handling === 'confirm' ? 'pending' : body)
    },
    readPublication: (body) =>
      body.includes('</presence>') ? { state: body } : { problem: 'no presence' },
  }
}
