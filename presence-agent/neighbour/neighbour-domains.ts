/** The domains that the agent answers for: those of the service, and those whose people a gateway knows. RFC 7247 §4. */
import { createDomains, type Domain, type Domains } from '../../core/model/domain.ts'
import type { NeighbourPresence } from '../../core/model/neighbour-presence.ts'

export function withNeighbours(
  own: Domains,
  neighbour: Pick<NeighbourPresence, 'canonical' | 'domains'> | undefined,
): Domains {
  if (!neighbour) return own
  // Nobody signs in there: who is challenged for a request to it belongs to a domain of the service.
  const realm = own.all[0]?.realm ?? ''
  const foreign = neighbour.domains.filter((name) => !own.find(name))
  const served = foreign.map((name): Domain => {
    return {
      ...{ name: name.toLowerCase(), realm, aliases: [], defaultPolicy: 'block' },
      ...{ externalAccounts: false, isNeighbour: true },
    }
  })
  const all = createDomains([...own.all, ...served])
  return {
    ...all,
    canonical(aor) {
      const canonical = all.canonical(aor)
      return all.of(canonical)?.isNeighbour ? neighbour.canonical(canonical) : canonical
    },
  }
}
