/** The domains that this service is responsible for. */
import { aorDomain, type Aor, withAorDomain } from '../uri/aor.ts'

/** What a watcher gets who no rule speaks of. `allow-domain`: own domain allow, everybody else confirm. */
export type DefaultPolicy = 'allow-domain' | 'allow' | 'confirm' | 'block'

export interface DomainQuota {
  /** What all people of the domain together may have; each absent: any number. */
  readonly users?: number | undefined
  readonly documents?: number | undefined
  readonly bytes?: number | undefined
  /** What each of them may store; each absent: what everybody may. */
  readonly documentsPerUser?: number | undefined
  readonly bytesPerUser?: number | undefined
}

export interface Domain {
  readonly name: string
  /** Of the digest challenge; may differ from the name. */
  readonly realm: string
  /** Other spellings of the domain in addresses. */
  readonly aliases: readonly string[]
  readonly defaultPolicy: DefaultPolicy
  /** From a trusted peer any address of the domain exists: the accounts live in the proxy. */
  readonly externalAccounts: boolean
  /** Whoever has no account in the store is asked for elsewhere. */
  readonly lookup?: boolean
  /** Whether a new icon waits for an administrator before others see it; absent: off. */
  readonly iconApproval?: 'off' | 'required'
  readonly quota?: DomainQuota
  /** Its people live in another network, behind a gateway: any address of it may exist, and nobody signs in with one. */
  readonly isNeighbour?: true
}

export interface Domains {
  readonly all: readonly Domain[]
  /** The domain by its name or an alias, in any case. */
  find(host: string): Domain | undefined
  /** The domain of an address: undefined when it is not served here. */
  of(aor: Aor): Domain | undefined
  /** The address with its domain's own name in place of an alias. */
  canonical(aor: Aor): Aor
}

export function createDomains(all: readonly Domain[]): Domains {
  const byHost = new Map<string, Domain>()
  for (const domain of all) {
    for (const host of [domain.name, ...domain.aliases]) byHost.set(host.toLowerCase(), domain)
  }
  const of = (aor: Aor) => byHost.get(aorDomain(aor))
  return {
    all,
    find: (host) => byHost.get(host.toLowerCase()),
    of,
    canonical: (aor) => {
      const host = aorDomain(aor)
      const domain = byHost.get(host)
      return domain && domain.name !== host ? withAorDomain(aor, domain.name) : aor
    },
  }
}
