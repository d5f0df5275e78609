/** Expected records: the indexes and counts that follow from the accounts, documents and sessions of a store, made anew. */
import type { Account } from '../../model/account.ts'
import type { BrowserSession } from '../../model/browser-session.ts'
import { PRES_CONTENT, type DocumentId, type DocumentTree } from '../../model/document-id.ts'
import { pointersTo } from '../account-record.ts'
import { blobsOf, type DocumentRecord } from '../document-record.ts'
import { iconsKey, tokenKey } from '../icon-index.ts'
import type { LevelDatabase, WriteOperation } from '../level-database.ts'
import { openJson, sealJson } from '../record-envelope.ts'
import { recordKey, type RecordKind } from '../record-key.ts'
import { sessionKey } from '../session-record.ts'
import { NOTHING, totalsOperation, totalsWith } from '../tree-totals.ts'
import { usageOperations } from '../usage-index.ts'

/** All kinds that are made from others. */
export const DERIVED_KINDS: readonly RecordKind[] = [
  ...(['alias', 'blob', 'icons', 'session', 'token', 'totals', 'usage', 'username'] as const),
]

export interface ExpectedRecords {
  readonly addAccount: (account: Account) => Promise<void>
  readonly addSessions: (sessions: readonly BrowserSession[]) => Promise<void>
  /** In the order of their keys: those of one tree follow each other. */
  readonly addDocument: (id: DocumentId, record: DocumentRecord) => Promise<void>
  /** Call when all were added. */
  readonly finish: () => Promise<void>
}

interface NewestIcon {
  readonly count: number
  readonly path: string
  readonly sequence: number
}

const put = (key: string, value: unknown): WriteOperation => ({
  ...{ type: 'put', key },
  value: sealJson(value),
})

/** `scratch`: an empty database, which holds them afterwards under the keys that they have in the store. */
export function createExpectedRecords(scratch: LevelDatabase): ExpectedRecords {
  const tally = createTreeTally()

  function counted(key: string, value: (count: number) => unknown): WriteOperation {
    const bytes = scratch.readNow(key)
    const before = bytes && (openJson(key, bytes) as number | { count: number })
    return put(key, value((typeof before === 'object' ? before.count : (before ?? 0)) + 1))
  }

  return {
    addAccount: (account) => scratch.write(pointersTo(account).map((key) => put(key, account.aor))),
    addSessions: (sessions) =>
      scratch.write(sessions.map(({ id, aor }) => put(sessionKey(id), aor))),
    async addDocument(id, record) {
      const { token } = record
      const blobs = [...new Set(blobsOf(record))].map((hash) => recordKey('blob', hash))
      await scratch.write([
        ...tally.add(id, record),
        ...usageOperations(id, undefined, record),
        ...blobs.map((key) => counted(key, (count) => count)),
        ...(isIcon(id, record) && token !== undefined
          ? [counted(tokenKey(token), (count) => ({ owner: id.tree, count }))]
          : []),
      ])
    },
    finish: () => scratch.write(tally.end()),
  }
}

const isIcon = ({ auid, tree }: DocumentId, { icon }: DocumentRecord) =>
  auid === PRES_CONTENT && tree !== 'global' && icon !== undefined

/** What a tree holds, told when the next one begins. */
function createTreeTally() {
  let tree: DocumentTree | undefined
  let totals = NOTHING
  let icons: NewestIcon | undefined

  function end(): WriteOperation[] {
    if (tree === undefined) return []
    const owner = tree === 'global' ? undefined : tree
    const newest = icons && { count: icons.count, path: icons.path }
    return [
      totalsOperation(tree, totals),
      ...(newest && owner !== undefined ? [put(iconsKey(owner), newest)] : []),
    ]
  }

  function add(id: DocumentId, record: DocumentRecord): WriteOperation[] {
    const ended = id.tree === tree ? [] : end()
    if (id.tree !== tree) [tree, totals, icons] = [id.tree, NOTHING, undefined]
    totals = totalsWith(totals, { documents: 1, bytes: record.size })
    if (isIcon(id, record)) icons = withIcon(icons, id.path, record.sequence)
    return ended
  }

  return { add, end }
}

function withIcon(icons: NewestIcon | undefined, path: string, sequence: number): NewestIcon {
  const newest = icons && icons.sequence > sequence ? icons : { path, sequence }
  return { path: newest.path, sequence: newest.sequence, count: (icons?.count ?? 0) + 1 }
}
