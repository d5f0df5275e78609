/** Puts somebody into exactly these groups, without touching what other softphones wrote. RFC 4826 §3.4. */
import { contactLists, groupNamed, isGroup, listedContacts } from '../core/model/contact-groups.ts'
import { contactAddress, type PlacedList } from '../core/model/stored-lists.ts'
import { additionTo, nextAddition, removalFrom, type StoredLists } from './list-edits.ts'
import type { XcapEdit } from './xcap-edit.ts'

export interface Grouping {
  readonly address: string
  /** By name, or by what they are called; none: they stay a contact outside of all groups. */
  readonly groups: readonly string[]
}

/** As Jitsi names the list of those who are in no group. */
const NO_GROUP = 'RootGroup'

/** Undefined: they are in these and in no others. */
export function nextGrouping(
  document: StoredLists,
  { address, groups }: Grouping,
): XcapEdit | undefined {
  const lists = document.value ?? []
  const name = listedContacts(lists).find((contact) => contact.address === address)?.name
  const wanted = groups.map((group) => ({ group, placed: groupNamed(lists, group) }))
  // They go in before they come out: at no moment are they on no list at all.
  const missing = wanted.find(({ placed }) => !placed || !standsOn(placed, address))
  if (missing) return nextAddition(document, { address, name, group: missing.group })
  const kept = wanted.map(({ placed }) => placed?.list)
  const holding = contactLists(lists).filter((placed) => standsOn(placed, address))
  if (groups.length === 0 && holding.every(isGroup)) {
    const outside = contactLists(lists).find((placed) => !isGroup(placed))
    if (!outside) return nextAddition(document, { address, name, group: NO_GROUP })
    return additionTo(document, outside, { address, name })
  }
  for (const placed of holding.filter((one) => isGroup(one) && !kept.includes(one.list))) {
    const edit = removalFrom(document, placed, address)
    if (edit) return edit
  }
  return undefined
}

function standsOn({ list }: PlacedList, address: string): boolean {
  return list.members.some((member) => contactAddress(member) === address)
}
