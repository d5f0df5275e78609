/** Directory desk: compares what a directory says of people with what is stored of them, and stores it. */
import { createHash } from 'node:crypto'
import { newIconName } from '../../client/icon-image.ts'
import { measure } from '../../core/images/image-measure.ts'
import { hmacSha256 } from '../../core/digest/node-hashes.ts'
import type { Account } from '../../core/model/account.ts'
import { PRES_CONTENT, STATUS_ICON_FOLDER, type DocumentId } from '../../core/model/document-id.ts'
import type { Domains } from '../../core/model/domain.ts'
import { iconInBytes } from '../../core/model/icon-document.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { iconDocument, storedIcon } from '../../core/model/stored-icon.ts'
import type { DocumentContent } from '../../core/model/stores.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import type { AccountAdministration } from '../account-administration.ts'
import { AccountProblem } from '../account-problem.ts'
import type { Configuration } from '../configuration.ts'
import { createIconLocks, type IconLocks } from '../people/icon-locks.ts'
import {
  planLock,
  planName,
  planPicture,
  type DirectoryPolicy,
  type Step,
} from './directory-plan.ts'
import { createDirectoryRecords, type DirectoryRecord } from './directory-record.ts'

interface SaidPerson {
  readonly address: string
  readonly name?: string | undefined
  /** SHA-256 of the directory's picture. */
  readonly picture?: string | undefined
}

interface PersonPlan {
  readonly aor: Aor
  readonly picture: Step
  readonly name: Step
  readonly lock: Step
}

/** All reject with AccountProblem. */
export interface DirectoryDesk {
  /** Changes nothing. */
  compare(said: SaidPerson, policy: DirectoryPolicy): Promise<PersonPlan>
  /** `bytes`: the picture as it is to be stored, where the plan is to store one. */
  put(
    said: SaidPerson & { readonly bytes?: Uint8Array | undefined },
    policy: DirectoryPolicy & { readonly source: DirectoryRecord['source'] },
  ): Promise<PersonPlan>
  readonly list: (
    after?: string,
  ) => AsyncIterable<{ readonly aor: Aor; readonly record: DirectoryRecord }>
}

interface DirectoryDeskParts {
  readonly store: OpenedStore
  readonly accounts: AccountAdministration
  /** Absent: nobody says which domains are served, so there are only people with accounts. */
  readonly domains?: Domains | undefined
  readonly icons: Pick<Configuration['icons'], 'maxBase64Bytes' | 'maxPixels'>
}

interface Standing {
  readonly aor: Aor
  readonly account: Account | undefined
  readonly record: DirectoryRecord | undefined
  readonly plan: PersonPlan
}

export function createDirectoryDesk(parts: DirectoryDeskParts): DirectoryDesk {
  const { store, accounts } = parts
  const records = createDirectoryRecords(store.administration)
  const locks = createIconLocks(store)

  async function stand(said: SaidPerson, policy: DirectoryPolicy): Promise<Standing> {
    const { aor, account } = await ownerOf(said, parts)
    const record = await records.get(aor)
    const icon = await store.documents.currentIcon(aor)
    const current = icon && { path: icon.id.path, hash: icon.icon.hash }
    const picture = planPicture(said.picture, current, record, policy)
    const name = planName(said.name, account ? account.name : null, record, policy)
    const lock = planLock(said.picture, await locks.isLocked(aor), record, policy)
    return { aor, account, record, plan: { aor, picture, name, lock } }
  }

  return {
    compare: async (said, policy) => (await stand(said, policy)).plan,
    async put(said, policy) {
      const { aor, record, plan } = await stand(said, policy)
      const picture = await applyPicture(plan, { said, last: record?.picture }, parts)
      const name = await applyName(plan, { said: said.name, last: record?.name }, accounts)
      const isLocked = await applyLock(plan, record?.isLocked, locks)
      const kept = {
        ...(picture && { picture }),
        ...(name !== undefined && { name }),
        ...(isLocked && { isLocked }),
      }
      const changed = [plan.picture, plan.name, plan.lock].some(
        (step) => step === 'store' || step === 'remove',
      )
      if (changed) await records.put(aor, { source: policy.source, ...kept })
      return plan
    },
    list: records.list,
  }
}

/** Who the address stands for. Rejects where nobody can be there. */
async function ownerOf(
  { address, name, picture }: SaidPerson,
  { store, domains }: DirectoryDeskParts,
): Promise<{ aor: Aor; account: Account | undefined }> {
  const parsed = parseAor(address)
  if (!parsed) throw new AccountProblem(`${address}: no address as alice@example.com`, 'invalid')
  const aor = domains?.canonical(parsed) ?? parsed
  const account = await store.accounts.find(aor)
  if (account) return { aor: account.aor, account }
  const domain = domains?.of(aor)
  // Of who is gone something may be left to take away.
  const isLeft = name === undefined && picture === undefined
  if (isLeft || domain?.externalAccounts || domain?.lookup) return { aor, account: undefined }
  throw new AccountProblem(`${address}: no such account`, 'absent')
}

type StoredPicture = DirectoryRecord['picture']

/** Gives what is the directory's afterwards. */
async function applyPicture(
  { aor, picture }: PersonPlan,
  { said, last }: { said: Parameters<DirectoryDesk['put']>[0]; last: StoredPicture },
  parts: DirectoryDeskParts,
): Promise<StoredPicture> {
  if (picture !== 'store' && picture !== 'remove') return last
  const stored = picture === 'store' ? await storePicture(aor, said, parts) : undefined
  // The new one stands before the old one goes.
  if (last) await removePicture(aor, last, parts)
  return stored
}

async function storePicture(
  aor: Aor,
  { address, picture, bytes }: Parameters<DirectoryDesk['put']>[0],
  parts: DirectoryDeskParts,
): Promise<NonNullable<StoredPicture>> {
  if (!bytes || picture === undefined) {
    throw new AccountProblem(`${address}: the picture is missing`, 'invalid')
  }
  const content = await iconOf(aor, bytes, parts)
  const id = documentOf(aor, newIconName(content.icon?.mediaType ?? ''))
  const { outcome } = await parts.store.documents.put(id, content, { ifNoneMatch: '*' })
  if (outcome === 'banned') throw new AccountProblem(`${address}: this picture is banned`)
  if (outcome !== 'created') throw new Error(`a random name was taken: ${outcome}`)
  return { source: picture, path: id.path, hash: content.icon?.hash ?? '' }
}

async function iconOf(
  owner: Aor,
  bytes: Uint8Array,
  { store, icons }: DirectoryDeskParts,
): Promise<DocumentContent> {
  const image = iconInBytes(bytes, { limits: icons, measure })
  if ('broken' in image) throw new AccountProblem(image.broken, 'invalid')
  const digest = (algorithm: string, octets: Uint8Array) =>
    createHash(algorithm).update(octets).digest('hex')
  const keyed = hmacSha256(await store.secrets.secret('icon-token'))
  return storedIcon(iconDocument(image), image, { owner, hashes: { digest, keyed } })
}

/** Only as long as it is what was stored: a person may have put another under the name. */
async function removePicture(
  aor: Aor,
  { path, hash }: NonNullable<StoredPicture>,
  { store }: DirectoryDeskParts,
): Promise<void> {
  const id: DocumentId = { auid: PRES_CONTENT, tree: aor, path }
  const present = await store.documents.metadata(id)
  if (present?.icon?.hash === hash) await store.documents.delete(id, { ifMatch: [present.tag] })
}

function documentOf(aor: Aor, name: string): DocumentId {
  return { auid: PRES_CONTENT, tree: aor, path: `${STATUS_ICON_FOLDER}/${name}` }
}

/** Gives whether it is the directory's lock afterwards. */
async function applyLock(
  { aor, lock }: PersonPlan,
  last: true | undefined,
  locks: IconLocks,
): Promise<true | undefined> {
  if (lock !== 'store' && lock !== 'remove') return last
  if (lock === 'store') await locks.lock(aor)
  else await locks.unlock(aor)
  return lock === 'store' ? true : undefined
}

/** Gives what is the directory's afterwards. */
async function applyName(
  { aor, name }: PersonPlan,
  { said, last }: { said: string | undefined; last: string | undefined },
  accounts: AccountAdministration,
): Promise<string | undefined> {
  if (name !== 'store' && name !== 'remove') return last
  await accounts.change(aor, (account) => named(account, said))
  return said
}

function named(account: Account, name: string | undefined): Account {
  const bare = Object.entries(account).filter(([key]) => key !== 'name')
  return {
    ...(Object.fromEntries(bare) as unknown as Account),
    ...(name !== undefined && { name }),
  }
}
