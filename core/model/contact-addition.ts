/** Where somebody goes who becomes a contact: the one change of a resource-lists document that puts them on it. RFC 4826 §3.4. */
import type { ListEntry, ListMember, ResourceList } from '../documents/resource-lists.ts'
import { contactLists, groupNamed, isGroup } from './contact-groups.ts'
import { stepByAttribute } from './node-step.ts'
import {
  contactAddress,
  entriesIn,
  entryStep,
  RESOURCE_LISTS,
  type PlacedList,
} from './stored-lists.ts'

export interface Addition {
  /** As `listedContacts` gives it. */
  readonly address: string
  readonly name?: string | undefined
  /** Absent: wherever they are already, otherwise the first group. */
  readonly group?: string | undefined
}

export interface ListEdit {
  /** Node selector; without a document a list of its own, which is to be the only one. */
  readonly node: readonly string[]
  /** What stands there then. */
  readonly member: ListMember
}

const FIRST_GROUP = 'friends'

/** Undefined: they stand there already. */
export function contactAddition(
  lists: readonly ResourceList[],
  addition: Addition,
): ListEdit | undefined {
  const { address, name, group } = addition
  const wanted = group === undefined ? undefined : groupNamed(lists, group)
  const among = group === undefined ? contactLists(lists) : wanted ? [wanted] : []
  for (const placed of among) {
    const entry = entryOf(placed.list, address)
    if (entry) return renaming(placed, entry, name)
    const isThere = placed.list.members.some((member) => contactAddress(member) === address)
    if (isThere) return undefined
  }
  const target = group === undefined ? (firstGroup(lists) ?? wanted) : wanted
  if (target) return entryInsertion(target, addition)
  const list = group ?? FIRST_GROUP
  return {
    node: [RESOURCE_LISTS, stepByAttribute('list', 'name', list)],
    member: { kind: 'list', name: list, members: [newEntry(addition)], ...NOTHING_ELSE },
  }
}

/** On that list, whoever stands on it. */
export function entryInsertion({ list, node }: PlacedList, addition: Addition): ListEdit {
  const member = newEntry(addition)
  return { node: [...node, insertionStep(list, member)], member }
}

/** The last of several, so that those before it keep their places. */
export function entryOf(list: ResourceList, address: string): ListEntry | undefined {
  return entriesIn(list).findLast((entry) => contactAddress(entry) === address)
}

function newEntry({ address, name }: Addition): ListEntry {
  return {
    kind: 'entry',
    uri: address,
    ...(name !== undefined && name !== '' && { displayName: { text: name } }),
    ...NOTHING_ELSE,
  }
}

const NOTHING_ELSE = { attributes: [], extensions: [] } as const

function firstGroup(lists: readonly ResourceList[]): PlacedList | undefined {
  const all = contactLists(lists)
  // Whoever has a root for contacts looks for them there.
  return all.find((placed) => !isGroup(placed) && placed.list.name !== undefined) ?? all[0]
}

function renaming(
  { list, node }: PlacedList,
  entry: ListEntry,
  name: string | undefined,
): ListEdit | undefined {
  if (name === undefined || entry.displayName?.text === name) return undefined
  const member = { ...entry, displayName: { ...entry.displayName, text: name } }
  return { node: [...node, entryStep(list, entry)], member }
}

// Behind the last of its kind, otherwise at the end, where extensions may stand that must stay last. RFC 4825 §8.2.3
function insertionStep(list: ResourceList, { uri }: ListEntry): string {
  const { members, displayName, extensions } = list
  const atTheEnd = extensions.length === 0 || entriesIn(list).length > 0
  const before = members.length + (displayName ? 1 : 0)
  return stepByAttribute(atTheEnd ? 'entry' : `*[${before + 1}]`, 'uri', uri)
}
