/** My contacts as the page lists them: group by group, each contact in every group that they are in. */
import type { Contact } from '../../client/index.ts'
import type { Buddy, BuddyGroup } from './page-model.ts'

/** In the order of the list; who is in no group comes last. */
export function buddyGroups(contacts: readonly Contact[]): BuddyGroup[] {
  const groups = new Map<string, Buddy[]>()
  const outside: Buddy[] = []
  for (const contact of contacts.filter(({ listed }) => listed)) {
    const buddy = buddyOf(contact)
    for (const group of contact.groups) add(groups, group, buddy)
    if (contact.groups.length === 0) outside.push(buddy)
  }
  const named = Array.from(groups, ([name, buddies]) => ({ name, buddies }))
  return outside.length === 0 ? named : [...named, { name: '', buddies: outside }]
}

function buddyOf({ address, name, groups, handling }: Contact): Buddy {
  return {
    address,
    name: name ?? withoutScheme(address),
    groups,
    ...(handling !== undefined && { handling }),
  }
}

/** As people write an address: no scheme, and letters where a SIP URI escapes them. RFC 3261 §19.1.2 */
export function withoutScheme(address: string): string {
  return address.replace(/^(?:sips?|tel|pres):/i, '').replace(LETTERS_ESCAPED, inLetters)
}

/** Only what no URI could hold unescaped: an escaped `@` must not look like the one that counts. */
const LETTERS_ESCAPED = /(?:%[89a-f][\da-f])+/gi
/** Invisible ones would make one address look like another. */
const UNSEEN = /[\p{C}\p{Z}]/u

function inLetters(escaped: string): string {
  try {
    const letters = decodeURIComponent(escaped)
    return UNSEEN.test(letters) ? escaped : letters
  } catch {
    return escaped
  }
}

function add(groups: Map<string, Buddy[]>, group: string, buddy: Buddy): void {
  const buddies = groups.get(group)
  if (buddies) buddies.push(buddy)
  else groups.set(group, [buddy])
}
