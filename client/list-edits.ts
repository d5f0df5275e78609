/** Puts somebody on a list and takes them off, without touching what other softphones wrote. RFC 4826 §3.4, RFC 4825 §8.2.3. */
import {
  listMemberElement,
  RESOURCE_LISTS_MEDIA_TYPE,
  serializeResourceLists,
  type ListEntry,
  type ResourceList,
} from '../core/documents/resource-lists.ts'
import { contactLists, groupNamed, isGroup } from './contact-groups.ts'
import { stepByAttribute } from './node-step.ts'
import {
  contactAddress,
  entriesIn,
  entryStep,
  RESOURCE_LISTS,
  type PlacedList,
} from './stored-lists.ts'
import type { StoredDocument, XcapEdit } from './xcap-edit.ts'
import { elementContent } from './xml-fragment.ts'

export type StoredLists = StoredDocument<readonly ResourceList[]>

export interface Addition {
  /** As `listedContacts` gives it. */
  readonly address: string
  readonly name?: string | undefined
  /** Absent: wherever they are already, otherwise the first group. */
  readonly group?: string | undefined
}

const FIRST_GROUP = 'friends'

/** Undefined: they stand there already. */
export function nextAddition(document: StoredLists, addition: Addition): XcapEdit | undefined {
  const { address, name, group } = addition
  const lists = document.value ?? []
  const wanted = group === undefined ? undefined : groupNamed(lists, group)
  const among = group === undefined ? contactLists(lists) : wanted ? [wanted] : []
  for (const placed of among) {
    const entry = entryOf(placed.list, address)
    if (entry) return renaming(document, placed, entry, name)
    const isThere = placed.list.members.some((member) => contactAddress(member) === address)
    if (isThere) return undefined
  }
  const target = group === undefined ? (firstGroup(lists) ?? wanted) : wanted
  if (target) return entryEdit(document, target, newEntry(addition))
  return newListEdit(document, group ?? FIRST_GROUP, newEntry(addition))
}

/** Of all lists of contacts. Undefined: they are on none. */
export function nextRemoval(document: StoredLists, address: string): XcapEdit | undefined {
  for (const placed of contactLists(document.value ?? [])) {
    const edit = removalFrom(document, placed, address)
    if (edit) return edit
  }
  return undefined
}

export function removalFrom(
  document: StoredLists,
  { list, node }: PlacedList,
  address: string,
): XcapEdit | undefined {
  const entry = entryOf(list, address)
  return entry && { document, node: [...node, entryStep(list, entry)] }
}

export function entryEdit(document: StoredLists, placed: PlacedList, entry: ListEntry): XcapEdit {
  const node = [...placed.node, insertionStep(placed.list, entry)]
  return { document, node, content: elementContent(listMemberElement(entry)) }
}

export function newEntry({ address, name }: Addition): ListEntry {
  return {
    kind: 'entry',
    uri: address,
    ...(name !== undefined && name !== '' && { displayName: { text: name } }),
    ...NOTHING_ELSE,
  }
}

const NOTHING_ELSE = { attributes: [], extensions: [] } as const

/** The last of several, so that those before it keep their places. */
function entryOf(list: ResourceList, address: string): ListEntry | undefined {
  return entriesIn(list).findLast((entry) => contactAddress(entry) === address)
}

function firstGroup(lists: readonly ResourceList[]): PlacedList | undefined {
  const all = contactLists(lists)
  // Whoever has a root for contacts looks for them there.
  return all.find((placed) => !isGroup(placed) && placed.list.name !== undefined) ?? all[0]
}

function renaming(
  document: StoredLists,
  { list, node }: PlacedList,
  entry: ListEntry,
  name: string | undefined,
): XcapEdit | undefined {
  if (name === undefined || entry.displayName?.text === name) return undefined
  const step = entryStep(list, entry)
  const renamed = { ...entry, displayName: { ...entry.displayName, text: name } }
  return { document, node: [...node, step], content: elementContent(listMemberElement(renamed)) }
}

function newListEdit(document: StoredLists, name: string, entry: ListEntry): XcapEdit {
  const list: ResourceList = { kind: 'list', name, members: [entry], ...NOTHING_ELSE }
  if (document.value === undefined) {
    const body = new TextEncoder().encode(serializeResourceLists([list]))
    return { document, content: { contentType: RESOURCE_LISTS_MEDIA_TYPE, body } }
  }
  const node = [RESOURCE_LISTS, stepByAttribute('list', 'name', name)]
  return { document, node, content: elementContent(listMemberElement(list)) }
}

// Behind the last of its kind, otherwise at the end, where extensions may stand that must stay last. RFC 4825 §8.2.3
function insertionStep(list: ResourceList, { uri }: ListEntry): string {
  const { members, displayName, extensions } = list
  const atTheEnd = extensions.length === 0 || entriesIn(list).length > 0
  const before = members.length + (displayName ? 1 : 0)
  return stepByAttribute(atTheEnd ? 'entry' : `*[${before + 1}]`, 'uri', uri)
}
