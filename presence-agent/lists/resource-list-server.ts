/** Resource list server: one subscription to many. RFC 4662, RFC 4826 §4.5, RFC 5367. */
import type { Change } from '../../core/model/change-feed.ts'
import type { SubscribeContent } from '../../core/model/event-state.ts'
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { EventPackage, NumberedPackage, PublishedPackage } from '../event-package.ts'
import type { AgentLimits } from '../limits.ts'
import { createListDocuments } from './list-documents.ts'
import type { ListMembersParts } from './list-members.ts'
import { createListPackage } from './list-package.ts'
import { checkListRequest, isForList, listRefusal } from './list-request.ts'
import { createListResolution } from './list-resolution.ts'
import { createListServices } from './list-services.ts'
import { createListSource } from './list-source.ts'
import { badEvent } from '../refusal.ts'
import type { AdmittedRequest } from '../request-admission.ts'

export interface ResourceListServer {
  /** One beside each package that can be listed. */
  readonly packages: readonly NumberedPackage[]
  /** Undefined: the SUBSCRIBE is not to a list. Throws the Refusal to answer. */
  asked(admitted: AdmittedRequest, eventPackage: EventPackage): NumberedPackage | undefined
  /** Throws, or rejects with, the Refusal to answer where the list is not what it should be. */
  check(admitted: AdmittedRequest, wanted: AskedList): MaybePromise<void>
  /** Reads which services there are. */
  open(): Promise<void>
  changed(change: Change): void
  /** The rules of these may let others in now. */
  reconsider(presentities: readonly Aor[]): void
}

/** What a SUBSCRIBE that was found to be to a list asks for. */
interface AskedList {
  readonly reader: Aor
  readonly eventPackage: EventPackage
  readonly content: SubscribeContent | undefined
}

export interface ListServerParts extends ListMembersParts {
  readonly documents: Pick<DocumentStore, 'get' | 'ofUsage'>
  readonly xcapRootUrls: readonly string[]
  readonly eventPackages: readonly EventPackage[]
  readonly limits: AgentLimits
}

export function createResourceListServer(parts: ListServerParts): ResourceListServer {
  const { dependencies } = parts
  const services = createListServices(parts)
  const resolution = createListResolution({ ...parts, documents: createListDocuments(parts) })
  const source = createListSource({ services, resolution })
  const listed = new Map<EventPackage, NumberedPackage>()
  for (const parent of parts.eventPackages.filter(isListable)) {
    listed.set(parent, createListPackage({ ...parts, parent, source }))
  }
  return {
    packages: [...listed.values()],
    asked(admitted, eventPackage) {
      const listPackage = listed.get(eventPackage)
      if (!isForList(admitted, listPackage !== undefined, services)) return undefined
      if (!listPackage) throw badEvent([...listed.keys()].map(({ name }) => name).join(', '))
      checkListRequest(admitted)
      return listPackage
    },
    check({ request }, { reader, eventPackage, content }) {
      const wanted = { uri: request.message.to.uri, content, reader }
      const list = source.of({ ...wanted, eventPackage: eventPackage.name })
      return whenReady(list, (found) => {
        const refusal = listRefusal(found, content !== undefined)
        if (refusal) throw refusal
      })
    },
    open: () => services.open(),
    changed(change) {
      const known = change.kind === 'document' ? services.reread(change.id) : undefined
      void whenReady(known, () => {
        dependencies.changed(change)
      })
    },
    reconsider(presentities) {
      for (const presentity of presentities) dependencies.decidedAnew(presentity)
    },
  }
}

function isListable(eventPackage: EventPackage): eventPackage is PublishedPackage {
  return 'readPublication' in eventPackage
}
