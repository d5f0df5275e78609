/** Puts somebody on a list and takes them off, without touching what other softphones wrote. RFC 4826 §3.4, RFC 4825 §8.2.3. */
import {
  listMemberElement,
  RESOURCE_LISTS_MEDIA_TYPE,
  serializeResourceLists,
  type ResourceList,
} from '../core/documents/resource-lists.ts'
import {
  contactAddition,
  entryInsertion,
  entryOf,
  type Addition,
  type ListEdit,
} from '../core/model/contact-addition.ts'
import { contactLists } from '../core/model/contact-groups.ts'
import { entryStep, type PlacedList } from '../core/model/stored-lists.ts'
import type { StoredDocument, XcapEdit } from './xcap-edit.ts'
import { elementContent } from './xml-fragment.ts'

export type { Addition } from '../core/model/contact-addition.ts'

export type StoredLists = StoredDocument<readonly ResourceList[]>

/** Undefined: they stand there already. */
export function nextAddition(document: StoredLists, addition: Addition): XcapEdit | undefined {
  const edit = contactAddition(document.value ?? [], addition)
  return edit && editOf(document, edit)
}

/** On that list, whoever stands on it. */
export function additionTo(
  document: StoredLists,
  placed: PlacedList,
  addition: Addition,
): XcapEdit {
  return editOf(document, entryInsertion(placed, addition))
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

function editOf(document: StoredLists, { node, member }: ListEdit): XcapEdit {
  if (document.value === undefined && member.kind === 'list') {
    const body = new TextEncoder().encode(serializeResourceLists([member]))
    return { document, content: { contentType: RESOURCE_LISTS_MEDIA_TYPE, body } }
  }
  return { document, node, content: elementContent(listMemberElement(member)) }
}
