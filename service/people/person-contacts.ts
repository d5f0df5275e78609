/** What the gateway to the other network remembers of a person: pairs, and whom her contact lists named last. */
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { NeighbourStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'

export interface PersonContacts {
  readonly pairs: readonly ContactPair[]
  readonly listed: readonly { readonly user: Aor; readonly contacts: readonly Aor[] }[]
}

export async function contactsOf(
  addresses: readonly Aor[],
  neighbours: Pick<NeighbourStore, 'pairs' | 'listed'>,
): Promise<PersonContacts> {
  const pairs: ContactPair[] = []
  for await (const pair of neighbours.pairs()) if (addresses.includes(pair.user)) pairs.push(pair)
  const listed: PersonContacts['listed'][number][] = []
  for await (const one of neighbours.listed()) if (addresses.includes(one.user)) listed.push(one)
  return { pairs, listed }
}
