/** The presence rules that a presentity has stored, read once per change, with the lists they refer to. RFC 5025 §9.7, OMA Presence XDM. */
import { parseRuleset } from '../../core/documents/common-policy.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import type { Change } from '../../core/model/change-feed.ts'
import { PRES_RULES, RESOURCE_LISTS, type DocumentId } from '../../core/model/document-id.ts'
import type { Spelling } from '../../core/model/identity-matching.ts'
import type { Log } from '../../core/model/log.ts'
import type { MaybePromise } from '../../core/model/maybe-promise.ts'
import {
  anchorsIn,
  createPresenceRuleSet,
  type PresenceRuleSet,
  type RuleDocument,
} from '../../core/model/presence-rule-set.ts'
import { StoreUnavailable } from '../../core/model/store-unavailable.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createRuleSetCache, type KeptRules } from './rule-set-cache.ts'

export interface PresenceRuleDocuments {
  /** Undefined: she has none. Rejects when the store cannot be asked. */
  of(presentity: Aor): MaybePromise<PresenceRuleSet | undefined>
  /** Whose rules may mean something else by this change; they are read anew when next asked for. */
  changedBy(change: Change): Aor | undefined
}

/** Whom the list at an anchor holds; `owner`: who refers to it. */
export type MembersOfList = (anchor: string, owner: Aor) => MaybePromise<ReadonlySet<Aor>>

interface RuleDocumentsParts {
  readonly documents: Pick<DocumentStore, 'get' | 'list'>
  readonly membersOf: MembersOfList
  readonly spelling: Spelling
  readonly log: Log
}

interface Loading {
  /** Something changed after it had begun. */
  stale: boolean
  readonly rules: Promise<PresenceRuleSet | undefined>
}

export function createPresenceRuleDocuments(parts: RuleDocumentsParts): PresenceRuleDocuments {
  const cache = createRuleSetCache()
  const loading = new Map<Aor, Loading>()

  function load(presentity: Aor): Promise<PresenceRuleSet | undefined> {
    const begun: Loading = {
      stale: false,
      rules: read(parts, presentity).then(
        (kept) => {
          // What was read before a change says nothing of the time after it.
          if (begun.stale) return load(presentity)
          loading.delete(presentity)
          cache.keep(presentity, kept)
          return kept.rules
        },
        (error: unknown) => {
          if (loading.get(presentity) === begun) loading.delete(presentity)
          throw error
        },
      ),
    }
    loading.set(presentity, begun)
    return begun.rules
  }

  return {
    of(presentity) {
      const kept = cache.get(presentity)
      return kept ? kept.rules : (loading.get(presentity)?.rules ?? load(presentity))
    },
    changedBy(change) {
      if (change.kind !== 'document') return undefined
      const { auid, tree } = change.id
      // The lists that rules refer to are those of the same person.
      if (tree === 'global' || (auid !== PRES_RULES && auid !== RESOURCE_LISTS)) return undefined
      const begun = loading.get(tree)
      if (begun) begun.stale = true
      cache.forget(tree)
      return tree
    },
  }
}

async function read(parts: RuleDocumentsParts, presentity: Aor): Promise<KeptRules> {
  const stored = await parts.documents.list(presentity, PRES_RULES)
  if (stored.length === 0) return { rules: undefined, size: 0 }
  const documents = await Promise.all(stored.map(({ id }) => readRules(parts, id)))
  const lists = new Map<string, ReadonlySet<Aor>>()
  for (const anchor of [...new Set(anchorsIn(documents))].slice(0, MOST_LISTS)) {
    lists.set(anchor, await parts.membersOf(anchor, presentity))
  }
  const size = stored.reduce((sum, one) => sum + one.size, 0)
  const listed = [...lists.values()].reduce((sum, { size: members }) => sum + members, 0)
  const { spelling } = parts
  return {
    rules: createPresenceRuleSet({ documents, lists, spelling }),
    size: size + listed * OCTETS_OF_AN_ADDRESS,
  }
}

const OCTETS_OF_AN_ADDRESS = 30
/** That one person's rules may refer to; who is on further ones is not let in by them. */
const MOST_LISTS = 100

/** A document that cannot be read counts, and has no rule: whoever shuts people out is never more open by mistake. */
async function readRules(
  { documents, log }: RuleDocumentsParts,
  id: DocumentId,
): Promise<RuleDocument> {
  const { tree: presentity, path } = id
  const unreadable = (fault: object) => {
    log.warn({ presentity, path, ...fault }, 'presence rules cannot be read')
    return { path, rules: [] }
  }
  try {
    const document = await documents.get(id)
    // Gone since it was listed.
    if (!document) return { path, rules: [] }
    const reading = readDocument(document.body, parseRuleset)
    if (reading.error !== undefined) return unreadable({ problem: reading.detail })
    return { path, rules: reading.value }
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error
    return unreadable({ err: error })
  }
}
