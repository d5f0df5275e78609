/** XCAP diff view: every resource of the subscriber's list first, then what changed of them, in order. RFC 5875 §4.7. */
import { serializeXcapDiff, type XcapChange } from '../../core/documents/xcap-diff.ts'
import type { DocumentId } from '../../core/model/document-id.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { DocumentChange, DocumentFollowers } from './document-followers.ts'
import type { DocumentVersions } from './document-versions.ts'
import type { Subscriber } from '../event-package.ts'
import type { SubscriptionView } from '../subscription-view.ts'
import { documentsIn, selectorIn } from './xcap-diff-collection.ts'
import { createDocumentReports, documentKey, type DocumentReports } from './xcap-diff-documents.ts'
import {
  readXcapList,
  type WatchedDocument,
  type WatchedXcap,
  type XcapGround,
} from './xcap-diff-list.ts'
import { createNodeReports, type NodeReports } from './xcap-diff-nodes.ts'
import { takeChanges } from './xcap-diff-size.ts'

export interface XcapDiffParts extends XcapGround {
  readonly documents: Pick<DocumentStore, 'get' | 'list' | 'metadata'>
  readonly followers: DocumentFollowers
  readonly versions: DocumentVersions
}

/** Changes that wait to be told; beyond them everything is told anew. */
const MOST_STEPS = 1_000

export function createXcapDiffView(
  parts: XcapDiffParts,
  subscriber: Pick<Subscriber, 'content' | 'event' | 'watcher'>,
): SubscriptionView {
  const reports: Reports = {
    documents: createDocumentReports(parts.versions, subscriber),
    nodes: createNodeReports(parts.documents),
  }
  const ear = createEar(parts.followers, reports.documents)
  let unsent: XcapChange[] = []
  let whole = true

  async function tellAll(): Promise<XcapChange[]> {
    const watched = await watchedBy(parts, subscriber)
    // What changes from here on is a change of what is told now.
    ear.listen(watched)
    return wholeState(parts.documents, watched, reports)
  }

  return {
    open: ear.open,
    close: ear.close,
    restate() {
      whole = true
    },
    async next() {
      const all = whole || ear.missed()
      whole = false
      try {
        const news = all ? tellAll() : changedState(ear.watched(), ear.take(), reports)
        unsent = [...(all ? [] : unsent), ...(await news)]
      } catch (error) {
        whole = true
        throw error
      }
      if (!all && unsent.length === 0) return undefined
      const text = serializeXcapDiff({ xcapRoot: rootOf(parts), changes: takeChanges(unsent) })
      return { text, more: unsent.length > 0 }
    },
  }
}

/** Relative references are resolved against it, so it ends with a slash. RFC 3986 §5.2.3 */
function rootOf({ xcapRootUrls }: XcapGround): string {
  return `${xcapRootUrls[0] ?? ''}/`
}

async function watchedBy(
  ground: XcapGround,
  { content, watcher }: Pick<Subscriber, 'content' | 'watcher'>,
): Promise<readonly WatchedXcap[]> {
  return content && watcher ? readXcapList(ground, content.text, watcher) : []
}

interface Reports {
  readonly documents: DocumentReports
  readonly nodes: NodeReports
}

/** Hears changes of what is watched, and keeps them until they are told. */
function createEar(followers: DocumentFollowers, reports: DocumentReports) {
  let watched: readonly WatchedXcap[] = []
  let steps: DocumentChange[] = []
  let missed = false
  let wakeUp: (() => void) | undefined
  let unfollow = () => {}

  function hear(change: DocumentChange): void {
    if (!watched.some((one) => isAbout(one, change.id))) return
    reports.heard(change)
    missed ||= steps.length >= MOST_STEPS
    if (!missed) steps.push(change)
    wakeUp?.()
  }

  return {
    watched: () => watched,
    missed: () => missed,
    open: (wake: () => void) => {
      wakeUp = wake
      // What happened before, while the service was down perhaps, is told with everything.
      wake()
    },
    close: () => {
      wakeUp = undefined
      unfollow()
    },
    listen(those: readonly WatchedXcap[]) {
      watched = those
      steps = []
      missed = false
      unfollow()
      // A fetch hears one state only, and an end the last.
      unfollow = wakeUp ? followers.follow(new Set(those.map(treeOf)), hear) : () => {}
    },
    take() {
      const taken = steps
      steps = []
      return taken
    },
  }
}

async function wholeState(
  documents: XcapDiffParts['documents'],
  watched: readonly WatchedXcap[],
  reports: Reports,
): Promise<XcapChange[]> {
  reports.documents.forget()
  reports.nodes.forget()
  const changes: XcapChange[] = []
  for (const one of watched) {
    if (one.kind === 'collection') {
      for (const { selector, metadata } of await documentsIn(one, documents)) {
        changes.push(...reports.documents.first(selector, metadata.id, metadata.tag))
      }
    } else if (one.kind === 'document') {
      const metadata = await documents.metadata(one.id)
      if (metadata) changes.push(...reports.documents.first(one.selector, one.id, metadata.tag))
    }
  }
  changes.push(...(await reports.nodes.news(watched.filter((one) => one.kind === 'node'))))
  return changes
}

async function changedState(
  watched: readonly WatchedXcap[],
  steps: readonly DocumentChange[],
  reports: Reports,
): Promise<XcapChange[]> {
  const byDocument = new Map<string, DocumentChange[]>()
  for (const step of steps) {
    const key = documentKey(step.id)
    const before = byDocument.get(key)
    if (before) before.push(step)
    else byDocument.set(key, [step])
  }
  const changes: XcapChange[] = []
  for (const ofDocument of byDocument.values()) {
    const selector = selectorOf(watched, ofDocument[0]?.id)
    if (selector !== undefined)
      changes.push(...(await reports.documents.news(selector, ofDocument)))
  }
  const nodes = watched.filter((one) => one.kind === 'node')
  const changed = nodes.filter(({ id }) => byDocument.has(documentKey(id)))
  changes.push(...(await reports.nodes.news(changed)))
  return changes
}

function treeOf(watched: WatchedXcap) {
  return watched.kind === 'collection' ? watched.tree : watched.id.tree
}

function isAbout(watched: WatchedXcap, id: DocumentId): boolean {
  if (watched.kind === 'collection') return selectorIn(watched, id) !== undefined
  return documentKey(watched.id) === documentKey(id)
}

/** Of the first that names the document: a document is told once. §4.7 */
function selectorOf(
  watched: readonly WatchedXcap[],
  id: DocumentId | undefined,
): string | undefined {
  if (!id) return undefined
  for (const one of watched) {
    if (one.kind === 'node') continue
    const selector = one.kind === 'collection' ? selectorIn(one, id) : ownSelector(one, id)
    if (selector !== undefined) return selector
  }
  return undefined
}

function ownSelector(one: WatchedDocument, id: DocumentId): string | undefined {
  return documentKey(one.id) === documentKey(id) ? one.selector : undefined
}
