/** Domains where nobody says which are served: any will do, and each is its own realm. */
import type { Domain, Domains } from '../../core/model/domain.ts'
import { aorDomain } from '../../core/uri/aor.ts'

export const ANY_DOMAINS: Domains = {
  all: [],
  find: anyDomain,
  of: (aor) => anyDomain(aorDomain(aor)),
  canonical: (aor) => aor,
}

function anyDomain(host: string): Domain | undefined {
  const name = host.toLowerCase()
  if (name === '') return undefined
  const access = { defaultPolicy: 'allow-domain', externalAccounts: false } as const
  return { name, realm: name, aliases: [], ...access }
}
