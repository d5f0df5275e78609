/** List resolution: whom a list names in the end, with every document that it takes to know. RFC 4826 §4.5. */
import type { ResourceList } from '../../core/documents/resource-lists.ts'
import type { DocumentId } from '../../core/model/document-id.ts'
import {
  flattenList,
  type FlatList,
  type FlatteningOptions,
  type ListProblem,
} from '../../core/model/list-flattening.ts'
import { listReference, type ListReference } from '../../core/model/list-reference.ts'
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { AgentLimits } from '../limits.ts'
import { memberAt, type ListDocument, type ListDocuments } from './list-documents.ts'

export interface ResolvedList extends Omit<FlatList, 'problem'> {
  /** Absent: it is all that it says. */
  readonly problem?: ListProblem | 'too-many-documents'
  /** Whichever of them changes, the list may be another one. Some may not exist. */
  readonly documents: readonly DocumentId[]
  /** What people call it. */
  readonly names: readonly { readonly text: string; readonly language?: string }[]
}

export interface ListResolution {
  /** `reader`: in whose name documents are read. */
  ofList(list: ResourceList, reader: Aor): MaybePromise<ResolvedList>
  /** The list that an XCAP URI selects, absolute or relative to the root. `bad-reference`: it selects no list. */
  ofReference(uri: string, reader: Aor): MaybePromise<ResolvedList>
}

interface ResolutionParts {
  readonly documents: ListDocuments
  /** Every absolute URL that the XCAP root has. */
  readonly xcapRootUrls: readonly string[]
  readonly limits: Pick<AgentLimits, 'listMembers' | 'listDepth' | 'listDocuments'>
}

export function createListResolution(parts: ResolutionParts): ListResolution {
  const rootPaths = parts.xcapRootUrls.map((url) => new URL(url).pathname.replace(/\/$/, ''))
  const refer = (text: string) => listReference(text, rootPaths)
  return {
    ofList: (list, reader) => new Resolution({ ...parts, refer, reader }).of(list),
    ofReference(uri, reader) {
      const reference = refer(uri)
      if (!reference) return NOTHING
      return new Resolution({ ...parts, refer, reader }).at(reference)
    },
  }
}

const NOTHING: ResolvedList = { members: [], documents: [], names: [], problem: 'bad-reference' }

interface ResolutionContext extends ResolutionParts {
  readonly refer: (text: string) => ListReference | undefined
  readonly reader: Aor
}

class Resolution {
  readonly #context: ResolutionContext
  /** By the key of the document; undefined: it cannot be seen. */
  readonly #fetched = new Map<string, ListDocument | undefined>()

  constructor(context: ResolutionContext) {
    this.#context = context
  }

  at(origin: ListReference): MaybePromise<ResolvedList> {
    return whenReady(this.#fetch([origin]), () => {
      const found = this.#look(origin)
      if (found === 'unfetched' || found?.kind !== 'list') return { ...NOTHING, ...this.#seen() }
      return this.of(found, origin)
    })
  }

  /** Fetches what is referred to until nothing is missing. */
  of(list: ResourceList, origin?: ListReference): MaybePromise<ResolvedList> {
    const { limits, refer } = this.#context
    const flat = flattenList(list, {
      ...{ refer, look: (reference) => this.#look(reference) },
      limits: { members: limits.listMembers, depth: limits.listDepth },
      ...(origin && { origin }),
    })
    if (!('unfetched' in flat)) return { ...flat, ...this.#seen(), names: namesOf(list) }
    if (this.#fetched.size + flat.unfetched.length > limits.listDocuments) {
      return { ...NOTHING, ...this.#seen(), problem: 'too-many-documents' }
    }
    return whenReady(this.#fetch(flat.unfetched), () => this.of(list, origin))
  }

  #look(reference: ListReference): ReturnType<FlatteningOptions['look']> {
    if (!this.#fetched.has(reference.documentKey)) return 'unfetched'
    const document = this.#fetched.get(reference.documentKey)
    return document && memberAt(document, reference)
  }

  #fetch(references: readonly ListReference[]): MaybePromise<void> {
    const { documents, reader } = this.#context
    const waiting: Promise<void>[] = []
    for (const reference of references) {
      const done = whenReady(documents.fetch(reference, reader), (document) => {
        this.#fetched.set(reference.documentKey, document)
      })
      if (done instanceof Promise) waiting.push(done)
    }
    return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => undefined)
  }

  #seen(): Pick<ResolvedList, 'documents'> {
    return { documents: [...this.#fetched.values()].flatMap((one) => (one ? [one.id] : [])) }
  }
}

/** The display name; where there is none, the name that the owner's programs use. */
function namesOf({ displayName, name }: ResourceList): ResolvedList['names'] {
  if (displayName) return [displayName]
  return name === undefined ? [] : [{ text: name }]
}
