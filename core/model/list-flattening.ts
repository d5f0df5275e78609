/** A resource list as a flat sequence of addresses: nested lists, references and external lists followed. RFC 4826 §4.5. Pure. */
import type {
  DisplayName,
  ExternalList,
  ListEntry,
  ListMember,
  ResourceList,
} from '../documents/resource-lists.ts'
import { unescapeWhole } from '../uri/whole-escape.ts'
import type { ListReference } from './list-reference.ts'

export interface ListedAddress {
  /** As the list writes it. */
  readonly uri: string
  readonly displayName?: DisplayName
}

/** Why a list is not all that it says. */
export type ListProblem = 'bad-reference' | 'loop' | 'too-deep' | 'too-many-members'

export interface FlatList {
  /** Each address once; with a problem: those that could be had. */
  readonly members: readonly ListedAddress[]
  readonly problem?: ListProblem
}

export interface FlatteningOptions {
  readonly limits: { readonly members: number; readonly depth: number }
  /** The reference that a text means; undefined: to nothing here. */
  readonly refer: (text: string) => ListReference | undefined
  /** What stands there; undefined: nothing. */
  readonly look: (reference: ListReference) => ListMember | 'unfetched' | undefined
  /** Where the list itself stands, if it was referred to. */
  readonly origin?: ListReference
}

/** `unfetched`: references whose documents must be at hand first. */
export function flattenList(
  list: ResourceList,
  options: FlatteningOptions,
): FlatList | { readonly unfetched: readonly ListReference[] } {
  const traversal = new Traversal(options)
  traversal.list(list, 0)
  return traversal.unfetched.length > 0 ? { unfetched: traversal.unfetched } : traversal.flat()
}

const SUBSCRIBABLE = /^(?:sips?|pres|tel):/i

class Traversal {
  readonly #options: FlatteningOptions
  readonly #members = new Map<string, ListedAddress>()
  readonly #visited = new Set<string>()
  readonly unfetched: ListReference[] = []
  #problem: ListProblem | undefined

  constructor(options: FlatteningOptions) {
    this.#options = options
    if (options.origin) this.#visited.add(options.origin.key)
  }

  flat(): FlatList {
    const members = [...this.#members.values()]
    return this.#problem === undefined ? { members } : { members, problem: this.#problem }
  }

  list({ members }: ResourceList, depth: number): void {
    if (depth > this.#options.limits.depth) {
      this.#problem ??= 'too-deep'
      return
    }
    for (const member of members) {
      if (this.#problem === 'loop' || this.#problem === 'too-many-members') return
      this.#member(member, depth)
    }
  }

  #member(member: ListMember, depth: number): void {
    if (member.kind === 'entry') this.#entry(member)
    else if (member.kind === 'list') this.list(member, depth + 1)
    else if (member.kind === 'external') this.#external(member, depth)
    else this.#entryReference(this.#options.refer(member.reference))
  }

  /** Equal strings are one entry, and only who can be subscribed to is taken. */
  #entry({ uri: written, displayName }: ListEntry): void {
    const uri = unescapeWhole(written.trim())
    if (!SUBSCRIBABLE.test(uri) || this.#members.has(uri)) return
    if (this.#members.size >= this.#options.limits.members) {
      this.#problem = 'too-many-members'
      return
    }
    this.#members.set(uri, { uri, ...(displayName && { displayName }) })
  }

  #entryReference(reference: ListReference | undefined): void {
    const found = reference && this.#look(reference)
    if (found === 'unfetched') return
    if (found?.kind === 'entry') this.#entry(found)
    else this.#problem ??= 'bad-reference'
  }

  #external({ anchor = '' }: ExternalList, depth: number): void {
    const reference = this.#options.refer(anchor)
    // Who comes by a second time walks in a circle, and goes no further.
    if (reference && this.#visited.has(reference.key)) {
      this.#problem = 'loop'
      return
    }
    if (reference) this.#visited.add(reference.key)
    const found = reference && this.#look(reference)
    if (found === 'unfetched') return
    if (found?.kind === 'list') this.list(found, depth + 1)
    else this.#problem ??= 'bad-reference'
  }

  #look(reference: ListReference): ReturnType<FlatteningOptions['look']> {
    const found = this.#options.look(reference)
    if (found === 'unfetched') this.unfetched.push(reference)
    return found
  }
}
