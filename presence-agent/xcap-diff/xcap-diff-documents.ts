/** Documents that somebody watches: which version was told, and what is told of the next ones. RFC 5875 §4.3, §4.7. */
import type { DocumentDiff } from '../../core/documents/xcap-diff.ts'
import type { DocumentId } from '../../core/model/document-id.ts'
import type { EntityTag } from '../../core/model/entity-tag.ts'
import { parseEvent } from '../../core/sip/event.ts'
import type { DocumentChange } from './document-followers.ts'
import type { DocumentVersions } from './document-versions.ts'
import type { Subscriber } from '../event-package.ts'

export interface DocumentReports {
  /** The document as it is, unless it was told already. */
  first(selector: string, id: DocumentId, tag: EntityTag): DocumentDiff[]
  /** What has changed since it was told. */
  news(selector: string, steps: readonly DocumentChange[]): Promise<DocumentDiff[]>
  /** A change was heard of, and will be asked for. */
  heard(change: DocumentChange): void
  /** Nothing was told yet. */
  forget(): void
}

/** Documents of one subscription. */
const MOST_DOCUMENTS = 1_000

export function createDocumentReports(
  versions: DocumentVersions,
  subscriber: Pick<Subscriber, 'event'>,
): DocumentReports {
  const told = new Map<string, EntityTag>()
  return {
    first(selector, id, tag) {
      const key = documentKey(id)
      if (told.has(key) || told.size >= MOST_DOCUMENTS) return []
      told.set(key, tag)
      if (modeOf(subscriber) !== 'no-patching') versions.keep(id, tag)
      return [{ kind: 'document', selector, newTag: tag }]
    },
    async news(selector, steps) {
      const mode = modeOf(subscriber)
      const diffs: DocumentDiff[] = []
      for (const { before, after } of toldSteps(told, steps, mode)) {
        const isPatched = mode !== 'no-patching' && before !== undefined && after !== undefined
        const patch = isPatched ? await versions.difference(before, after) : undefined
        diffs.push({
          ...{ kind: 'document', selector },
          ...(before === undefined ? {} : { previousTag: before }),
          ...(after === undefined ? {} : { newTag: after }),
          ...(patch ? { patch } : {}),
        })
      }
      return diffs
    },
    heard({ id, after }) {
      if (after !== undefined && modeOf(subscriber) !== 'no-patching') versions.keep(id, after)
    },
    forget() {
      told.clear()
    },
  }
}

type Mode = 'no-patching' | 'xcap-patching' | 'aggregate'

/** What is not known is asked for in vain: no patches, as without the parameter. §4.3 */
function modeOf({ event }: Pick<Subscriber, 'event'>): Mode {
  const asked = parseEvent(event)?.parameters.get('diff-processing')?.toLowerCase()
  return asked === 'xcap-patching' || asked === 'aggregate' ? asked : 'no-patching'
}

interface Step {
  readonly before?: EntityTag | undefined
  readonly after?: EntityTag | undefined
}

/** From the version that was told to the newest one; notes that as told. */
function toldSteps(
  told: Map<string, EntityTag>,
  steps: readonly DocumentChange[],
  mode: Mode,
): readonly Step[] {
  const last = steps.at(-1)
  if (!last) return []
  const key = documentKey(last.id)
  const was = told.get(key)
  if (last.after === undefined) told.delete(key)
  else told.set(key, last.after)
  // It came and went, or was told with the whole list already.
  if (was === last.after) return []
  const start = steps.findIndex(({ before }) => before === was)
  // Only one mode tells the versions in between. §4.3
  if (mode === 'xcap-patching' && start >= 0) return steps.slice(start)
  return [{ before: was, after: last.after }]
}

export function documentKey({ auid, tree, path }: DocumentId): string {
  return `${auid} ${tree} ${path}`
}
