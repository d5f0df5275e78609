/** The domains in force: what holds them sees what the configuration says of them now. */
import { createDomains, type Domain, type Domains } from '../../core/model/domain.ts'

export interface LiveDomains {
  readonly domains: Domains
  /** A domain that was there stays the same object. */
  readonly use: (all: readonly Domain[]) => void
}

export function createLiveDomains(all: readonly Domain[]): LiveDomains {
  const byName = new Map<string, Domain>()
  const inForce = (list: readonly Domain[]) =>
    createDomains(list.map((domain) => kept(byName, domain)))
  let current = inForce(all)
  return {
    domains: {
      get all() {
        return current.all
      },
      find: (host) => current.find(host),
      of: (aor) => current.of(aor),
      canonical: (aor) => current.canonical(aor),
    },
    use(list) {
      current = inForce(list)
    },
  }
}

/** The object of that name with the members that are said now, and no others. */
function kept(byName: Map<string, Domain>, said: Domain): Domain {
  const known = byName.get(said.name) ?? { ...said }
  byName.set(said.name, known)
  const gone = Object.keys(known).filter((key) => !Object.hasOwn(said, key))
  for (const key of gone) Reflect.deleteProperty(known, key)
  return Object.assign(known, said)
}
