/** Who and which groups are on the list. */
import type { Buddy, BuddyGroup } from '../model/page-model.ts'

type Groups = readonly BuddyGroup[] | undefined

/** The names of all groups, in the order of the list. */
export function groupNames(groups: Groups): string[] {
  return (groups ?? []).map(({ name }) => name).filter((name) => name !== '')
}

export function knownAddresses(groups: Groups): Set<string> {
  return new Set(everybody(groups).map(({ address }) => address))
}

export function buddyAt(groups: Groups, address: string): Buddy | undefined {
  return everybody(groups).find((buddy) => buddy.address === address)
}

/** Who is in several groups stands there several times. */
function everybody(groups: Groups): Buddy[] {
  return (groups ?? []).flatMap(({ buddies }) => buddies)
}
