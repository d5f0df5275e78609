/** Which lists are groups of contacts, and which only serve softphones and rules. OMA Presence XDM, Jitsi, Blink. */
import type { ResourceList } from '../documents/resource-lists.ts'
import { contactAddress, placedLists, type PlacedList } from './stored-lists.ts'

export interface ListedContact {
  /** Canonical where it is an address of record. */
  readonly address: string
  readonly name?: string
  /** As `friends`, `work / office`; none: on a list that is no group. */
  readonly groups: readonly string[]
}

/** People on them are contacts, the list itself is no group: the roots of Jitsi and OMA, and whom Blink watches. */
const WITHOUT_A_NAME = /^(?:root_?group|oma_buddylist|oma_allcontacts|sipsimple_presence_rls)$/i
/** People on them are let in or kept out; that makes them no contacts. */
const NOT_CONTACTS =
  /^(?:(?:oma|dialog|rcs)_(?:granted|blocked|politeblocked|revoked)contacts|oma_pocbuddylist|sipsimple_(?:dialog_rls|addressbook))$/i

export function contactLists(lists: readonly ResourceList[]): PlacedList[] {
  return placedLists(lists).filter(
    ({ list, outer }) => ![list, ...outer].some(({ name }) => NOT_CONTACTS.test(name ?? '')),
  )
}

/** Rules refer to it: who is put on it is let in or kept out, and nothing else. */
export function isPolicyList({ name = '' }: ResourceList): boolean {
  return NOT_CONTACTS.test(name)
}

export function isGroup({ list }: PlacedList): boolean {
  return !WITHOUT_A_NAME.test(list.name ?? '')
}

/** Each address once, in the order of the document. */
export function listedContacts(lists: readonly ResourceList[]): ListedContact[] {
  const contacts = new Map<string, ListedContact>()
  for (const placed of contactLists(lists)) {
    const groups = isGroup(placed) ? [groupName(placed)] : []
    for (const member of placed.list.members) {
      const address = contactAddress(member)
      if (address === undefined) continue
      const before = contacts.get(address)
      const name = before?.name ?? member.displayName?.text
      const all = new Set([...(before?.groups ?? []), ...groups])
      contacts.set(address, { address, ...(name && { name }), groups: [...all] })
    }
  }
  return [...contacts.values()]
}

/** The group by its name or by what it is called; the outer ones first. */
export function groupNamed(lists: readonly ResourceList[], name: string): PlacedList | undefined {
  const groups = contactLists(lists).filter(isGroup)
  return (
    groups.find(({ list }) => list.name === name) ??
    groups.find((placed) => [placed.list.displayName?.text, groupName(placed)].includes(name))
  )
}

function groupName({ list, outer }: PlacedList): string {
  return [...outer, list]
    .filter(({ name }) => !WITHOUT_A_NAME.test(name ?? ''))
    .map(({ name, displayName }) => displayName?.text ?? name ?? 'unnamed')
    .join(' / ')
}
