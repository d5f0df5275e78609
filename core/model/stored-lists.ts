/** The lists of somebody's resource-lists document: which there are, who is on them, and how to select them. RFC 4826 §3. */
import {
  RESOURCE_LISTS_NAMESPACE,
  type ListEntry,
  type ListMember,
  type ResourceList,
} from '../documents/resource-lists.ts'
import { parseNodeSelector, type ElementStep } from './node-selector.ts'
import { parseAor, type Aor } from '../uri/aor.ts'
import { parseXcapUri } from '../uri/xcap-uri.ts'
import { stepAmong } from './node-step.ts'

export const RESOURCE_LISTS = 'resource-lists'

/** A list at any depth. */
export interface PlacedList {
  readonly list: ResourceList
  /** The lists that it is in, outermost first. */
  readonly outer: readonly ResourceList[]
  /** Node selector. */
  readonly node: readonly string[]
}

/** Depth first, in document order. */
export function placedLists(
  lists: readonly ResourceList[],
  outer: readonly ResourceList[] = [],
  parent: readonly string[] = [RESOURCE_LISTS],
): PlacedList[] {
  return lists.flatMap((list) => {
    const step = stepAmong(lists, list, {
      element: 'list',
      attribute: 'name',
      valueOf: ({ name }) => name,
    })
    const node = [...parent, step]
    return [{ list, outer, node }, ...placedLists(listsIn(list), [...outer, list], node)]
  })
}

export function entriesIn({ members }: ResourceList): ListEntry[] {
  return members.filter((member) => member.kind === 'entry')
}

export function entryStep(list: ResourceList, entry: ListEntry): string {
  const valueOf = ({ uri }: ListEntry) => uri
  return stepAmong(entriesIn(list), entry, { element: 'entry', attribute: 'uri', valueOf })
}

/** Everybody on the list, on the lists in it, and on lists of the same document that it refers to. RFC 4826 §4.5 */
export function addressesOn(
  list: ResourceList,
  lists: readonly ResourceList[],
  visited: ReadonlySet<ResourceList> = new Set(),
): Aor[] {
  // A list that leads back to itself adds nobody.
  if (visited.has(list)) return []
  const seen = new Set([...visited, list])
  return list.members.flatMap((member) => {
    if (member.kind === 'list') return addressesOn(member, lists, seen)
    if (member.kind !== 'external') return addressOf(member) ?? []
    const other = listAt(member.anchor ?? '', lists)
    return other ? addressesOn(other, lists, seen) : []
  })
}

/** An entry, or a reference to one, which names the address in its selector. */
function addressOf(member: ListMember): Aor | undefined {
  if (member.kind === 'entry') return parseAor(member.uri.trim())
  if (member.kind !== 'entry-ref') return undefined
  const last = selectorIn(`/${member.reference}`)?.at(-1)
  if (last?.name?.name !== 'entry' || last.attribute?.name !== 'uri') return undefined
  return parseAor(last.attribute.value)
}

/** What a contact is known by: an address of record, or whatever else stands in the entry. */
export function contactAddress(member: ListMember): string | undefined {
  return addressOf(member) ?? (member.kind === 'entry' ? member.uri : undefined)
}

/** The list of this document that an external reference means; undefined: none of this document. */
export function listAt(anchor: string, lists: readonly ResourceList[]): ResourceList | undefined {
  const steps = selectorIn(anchor)
  if (!steps || steps.length < 2) return undefined
  let among = lists
  let found: ResourceList | undefined
  for (const step of steps.slice(1)) {
    found = selected(among, step)
    if (!found) return undefined
    among = listsIn(found)
  }
  return found
}

/** @param reference ends with an XCAP URI, as `…/resource-lists/users/…/~~/resource-lists/list[@name="a"]` */
function selectorIn(reference: string): readonly ElementStep[] | undefined {
  // What was folded for print has white space in it. RFC 4826 §3.3
  const text = reference.replace(/\s+/g, '')
  const start = text.indexOf(`/${RESOURCE_LISTS}/users/`)
  const uri = start < 0 ? 'nowhere' : parseXcapUri(text.slice(start))
  if (typeof uri === 'string' || !uri.node) return undefined
  const selector = parseNodeSelector(uri.node, {
    query: uri.query,
    defaultNamespace: RESOURCE_LISTS_NAMESPACE,
  })
  return typeof selector === 'string' ? undefined : selector.steps
}

function selected(
  lists: readonly ResourceList[],
  { name, position, attribute }: ElementStep,
): ResourceList | undefined {
  // A position among all elements cannot be counted among the lists.
  if (name === undefined && position !== undefined) return undefined
  if (name !== undefined && name.name !== 'list') return undefined
  const placed = position === undefined ? lists : lists.slice(position - 1, position)
  const matching = placed.filter((list) => attribute === undefined || list.name === attribute.value)
  return matching.length === 1 ? matching[0] : undefined
}

function listsIn({ members }: ResourceList): ResourceList[] {
  return members.filter((member) => member.kind === 'list')
}
