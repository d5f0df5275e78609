/** The contacts whose name or address contains what was typed. */
import { withoutScheme } from '../model/buddy-groups.ts'
import type { Buddy, BuddyGroup } from '../model/page-model.ts'

/** Every typed word must occur; accents and case do not matter. Groups with nobody left are left out. */
export function findBuddies(groups: readonly BuddyGroup[], typed: string): readonly BuddyGroup[] {
  const words = plain(typed).split(/\s+/).filter(Boolean)
  if (words.length === 0) return groups
  return groups.flatMap((group) => {
    const buddies = group.buddies.filter((buddy) => words.every((word) => has(buddy, word)))
    return buddies.length === 0 ? [] : [{ ...group, buddies }]
  })
}

function has({ name, address }: Buddy, word: string): boolean {
  return plain(name).includes(word) || plain(withoutScheme(address)).includes(word)
}

/** Without accents, in lower case. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase('en')
}
