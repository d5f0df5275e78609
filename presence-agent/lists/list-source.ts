/** Where a list subscription's list comes from: the request's own body, or a service of its subscriber. RFC 4826 §4.5, RFC 5367 §5. */
import { parseList, parseResourceLists } from '../../core/documents/resource-lists.ts'
import type { RlsService } from '../../core/documents/rls-services.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import type { SubscribeContent } from '../../core/model/event-state.ts'
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { ListResolution, ResolvedList } from './list-resolution.ts'
import type { FoundService, ListServices } from './list-services.ts'

/** What a subscriber names. */
interface WantedList {
  readonly uri: string
  readonly content: SubscribeContent | undefined
  /** Who subscribes. */
  readonly reader: Aor
  /** The event package in which each of its members is watched. */
  readonly eventPackage: string
}

export interface SourcedList extends Omit<ResolvedList, 'problem'> {
  readonly problem?: SourceProblem
  /** The event packages of the service, where it names any. */
  readonly packages?: readonly string[]
}

/** `absent`: no such service. `foreign`: somebody else's. `bad-event`: not in this event package. */
export type SourceProblem =
  NonNullable<ResolvedList['problem']> | ('absent' | 'foreign' | 'bad-event' | 'malformed')

export interface ListSource {
  of(wanted: WantedList): MaybePromise<SourcedList>
}

interface ListSourceParts {
  readonly services: ListServices
  readonly resolution: ListResolution
}

export function createListSource({ services, resolution }: ListSourceParts): ListSource {
  return {
    of(wanted) {
      const { content, uri, reader } = wanted
      if (content) return ofBody(content, reader, resolution)
      return whenReady(services.find(uri), (found) => {
        if (!found) return without('absent')
        const problem = hindrance(found, wanted)
        const packages = found.service.packages?.names
        if (problem)
          return { ...without(problem), ...(packages && { packages }), documents: [found.id] }
        return whenReady(ofService(found.service, reader, resolution), (list) => {
          return { ...list, documents: [found.id, ...list.documents] }
        })
      })
    },
  }
}

function without(problem: SourceProblem): SourcedList {
  return { members: [], documents: [], names: [], problem }
}

function hindrance(
  { id, service }: FoundService,
  { reader, eventPackage }: WantedList,
): SourceProblem | undefined {
  // A list is its owner's affair. RFC 4662 §4.4
  if (id.tree !== reader) return 'foreign'
  const { packages } = service
  return packages && !packages.names.includes(eventPackage) ? 'bad-event' : undefined
}

function ofService(
  { members }: RlsService,
  reader: Aor,
  resolution: ListResolution,
): MaybePromise<SourcedList> {
  if (members.kind === 'reference') return resolution.ofReference(members.uri, reader)
  const list = parseList(members.element)
  return typeof list === 'string' ? without('malformed') : resolution.ofList(list, reader)
}

/** All lists of the body together: it should have one. RFC 5367 §4 */
function ofBody(
  { text }: SubscribeContent,
  reader: Aor,
  resolution: ListResolution,
): MaybePromise<SourcedList> {
  const read = readDocument(text, parseResourceLists)
  if (read.error !== undefined) return without('malformed')
  const [first, ...others] = read.value
  if (first && others.length === 0) return resolution.ofList(first, reader)
  const all = { kind: 'list', members: read.value, attributes: [], extensions: [] } as const
  return resolution.ofList(all, reader)
}
