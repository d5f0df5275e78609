/** Icon index: whose icon was stored last, and whose a token is; written in the batch that writes the document. */
import { PRES_CONTENT, type DocumentId } from '../model/document-id.ts'
import type { Log } from '../model/log.ts'
import type { Aor } from '../uri/aor.ts'
import type { DocumentRecord } from './document-record.ts'
import type { WriteOperation } from './level-database.ts'
import { openJson, sealJson } from './record-envelope.ts'
import { keysBelow, namesInKey, recordKey } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'

interface OwnersIcons {
  /** Icon documents of the owner. */
  readonly count: number
  /** Of the one stored last; absent after that one went away: the others have to be looked at. */
  readonly path?: string
}

interface TokenUse {
  readonly owner: Aor
  /** Icon documents with this token: the same image may stand under several names. */
  readonly count: number
}

/** An unreadable index must not hide an icon. */
const UNKNOWN_ICONS: OwnersIcons = { count: 1_000_000 }

export const iconsKey = (owner: Aor) => recordKey('icons', owner)
export const allIcons = keysBelow('icons')
export const ownerInIconsKey = (key: string) => namesInKey(key)[0] as Aor
export const tokenKey = (token: string) => recordKey('token', token)

type Latest = (key: string) => Buffer | undefined

export interface IconIndex {
  readonly ownersIcons: (key: string, record: Buffer | undefined) => OwnersIcons | undefined
  readonly tokenUse: (key: string, record: Buffer | undefined) => TokenUse | undefined
  /** What is to be written together with a document that was `before` and becomes `after`. */
  readonly operations: (
    id: DocumentId,
    before: DocumentRecord | undefined,
    after: DocumentRecord | undefined,
    /** The highest sequence number of all, that of `after` included. */
    last: number,
  ) => WriteOperation[]
}

export function createIconIndex({ latest, log }: { latest: Latest; log: Log }): IconIndex {
  const ownersIcons: IconIndex['ownersIcons'] = (key, record) =>
    record && readableOr(UNKNOWN_ICONS, log, () => openJson(key, record) as OwnersIcons)

  const tokenUse: IconIndex['tokenUse'] = (key, record) =>
    record && readableOr(undefined, log, () => openJson(key, record) as TokenUse)

  function tokenOperations(owner: Aor, token: string | undefined, change: 1 | -1) {
    if (token === undefined) return []
    const key = tokenKey(token)
    const count = (tokenUse(key, latest(key))?.count ?? 0) + change
    const use: TokenUse = { owner, count }
    return [countedOperation(key, use)]
  }

  return {
    ownersIcons,
    tokenUse,
    operations({ auid, tree, path }, before, after, last) {
      if (auid !== PRES_CONTENT || tree === 'global' || !(before?.icon ?? after?.icon)) return []
      const key = iconsKey(tree)
      const icons = ownersIcons(key, latest(key)) ?? { count: 0 }
      const operations = [countedOperation(key, iconsAfter(icons, path, before, after, last))]
      if (before?.token === after?.token) return operations
      return [
        ...operations,
        ...tokenOperations(tree, before?.token, -1),
        ...tokenOperations(tree, after?.token, 1),
      ]
    },
  }
}

function iconsAfter(
  { count, path: newest }: OwnersIcons,
  path: string,
  before: DocumentRecord | undefined,
  after: DocumentRecord | undefined,
  last: number,
): OwnersIcons {
  const had = before?.icon ? 1 : 0
  // One that was stored elsewhere before others came here may or may not be the newest.
  if (after?.icon) return { count: count + 1 - had, ...(after.sequence === last && { path }) }
  // When the newest goes, which one follows is found out by whoever asks for it.
  return { count: count - had, ...(newest !== undefined && newest !== path && { path: newest }) }
}

function countedOperation(key: string, value: { readonly count: number }): WriteOperation {
  return value.count > 0 ? { type: 'put', key, value: sealJson(value) } : { type: 'del', key }
}
