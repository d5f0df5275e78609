/** Everybody I have to do with: on my lists, in my rules, or asking to see me; and how we stand to each other. RFC 6121 §2.1. */
import type { PolicyRule } from '../core/documents/common-policy.ts'
import type { SubHandling } from '../core/documents/pres-rules.ts'
import type { ResourceList } from '../core/documents/resource-lists.ts'
import { isPolicyList, listedContacts, type ListedContact } from '../core/model/contact-groups.ts'
import {
  contactRelation,
  type ContactFacts,
  type ContactRelation,
} from '../core/model/contact-relation.ts'
import { decidePresence } from '../core/model/presence-rules.ts'
import { addressesOn } from '../core/model/stored-lists.ts'
import { parseAor, type Aor } from '../core/uri/aor.ts'
import { externalListsOf, identitiesOf, isListedOn, onesOf } from './rule-places.ts'

export interface Contact extends ListedContact, ContactRelation {
  readonly listed: boolean
  /** What my rules let them; absent: I have none. */
  readonly handling?: SubHandling
}

/** What only the servers can tell. */
export interface ContactReports {
  /** How each who watches me, or wants to, stands. */
  readonly watchers: ReadonlyMap<string, ContactFacts['theirRequest']>
  /** How each whom I watch answers. */
  readonly answers: ReadonlyMap<string, ContactFacts['theirAnswer']>
}

interface BookParts {
  readonly own: Aor
  readonly lists: readonly ResourceList[]
  /** Undefined: there are none, and the server's policy decides. */
  readonly rules: readonly PolicyRule[] | undefined
  readonly now: number
  readonly reports: ContactReports
}

const RULES: Readonly<Record<SubHandling, ContactFacts['myRules']>> = {
  ...{ allow: 'allow', 'polite-block': 'polite', confirm: 'refuse', block: 'refuse' },
}

/** Those on lists first, in their order. */
export function contactBook({ own, lists, rules, now, reports }: BookParts): Contact[] {
  const listed = listedContacts(lists)
  const known = new Set<string>([own, ...listed.map(({ address }) => address)])
  const others = [...namedInRules(rules ?? [], lists), ...reports.watchers.keys()]
  const unlisted = [...new Set(others)].filter((address) => !known.has(address))
  const isListed = isListedOn(lists)

  function contact(one: ListedContact, onAList: boolean): Contact {
    const { address } = one
    const watcher = parseAor(address)
    const handling =
      rules && watcher && decidePresence(rules, { watcher, now, isListed }).subHandling
    const relation = contactRelation({
      listed: onAList,
      theirAnswer: reports.answers.get(address) ?? 'unknown',
      myRules: handling === undefined ? 'unknown' : RULES[handling],
      theirRequest: reports.watchers.get(address) ?? 'none',
    })
    return { ...one, ...relation, listed: onAList, ...(handling && { handling }) }
  }

  return [
    ...listed.filter(({ address }) => address !== own).map((one) => contact(one, true)),
    ...unlisted.map((address) => contact({ address, groups: [] }, false)),
  ]
}

function namedInRules(rules: readonly PolicyRule[], lists: readonly ResourceList[]): Aor[] {
  return rules.flatMap((rule) => [
    ...identitiesOf(rule)
      .flatMap(onesOf)
      .flatMap(({ id }) => parseAor(id.trim()) ?? []),
    ...externalListsOf(rule, lists)
      .filter(isPolicyList)
      .flatMap((list) => addressesOn(list, lists)),
  ])
}
