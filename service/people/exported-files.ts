/** What a person is given of everything that is stored about them: readable files, each of which README.txt explains. */
import { posix } from 'node:path'
import type { PublicationRecord, SubscriptionRecord } from '../../core/model/event-state.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { HELD_ICON } from '../../core/model/document-id.ts'
import { iconExtension } from '../../core/model/status-icon.ts'
import { auditFolder } from '../administration/audit-log.ts'
import { readAudit } from '../administration/audit-reading.ts'
import { createAuditSubjects } from '../administration/audit-subjects.ts'
import { README } from './export-readme.ts'
import type { Person } from './person-addresses.ts'
import { contactsOf } from './person-contacts.ts'
import { recordsOf } from './person-records.ts'

export interface ExportedFile {
  /** In the archive, as `documents/resource-lists/index.xml`. */
  readonly path: string
  readonly content: Uint8Array
  /** When it was stored, in milliseconds; absent: it is made now. */
  readonly storedAt?: number
}

interface ExportParts {
  readonly store: OpenedStore
  /** Folder that the audit log is in. */
  readonly data: string
}

/** One at a time, so that no more than one is held. */
export async function* exportedFiles(
  person: Person,
  parts: ExportParts,
): AsyncGenerator<ExportedFile> {
  yield { path: 'README.txt', content: Buffer.from(README) }
  yield json('account', accountOf(person))
  yield* documentsOf(person, parts.store)
  yield* eventStateOf(person, parts.store)
  yield json('sessions', await sessionsOf(person, parts.store))
  yield json('contacts', await contactsOf(person.addresses, parts.store.neighbours))
  yield json('administration', await recordsOf(person.addresses, parts.store.administration))
  yield json('audit', await auditOf(person, parts))
}

function json(name: string, value: unknown): ExportedFile {
  return { path: `${name}.json`, content: Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`) }
}

/** Who she is and by which names she signs in; never what proves it. */
function accountOf({ aor, account }: Person) {
  if (!account) return { address: aor, account: 'none is stored here' }
  const { aliases, name, suspended, credentials } = account
  const names = credentials.map(({ username, realm }) => `${username} in ${realm}`)
  return { address: aor, name, aliases, suspended, signsInAs: [...new Set(names)] }
}

async function* documentsOf(
  { addresses }: Person,
  { documents }: OpenedStore,
): AsyncGenerator<ExportedFile> {
  for (const tree of addresses) {
    for (const { id, icon, storedAt } of await documents.list(tree)) {
      const path = posix.join(id.auid, ...id.path.split('/').map(segment))
      const stored = await documents.get(id)
      if (stored) yield { path: `documents/${path}`, content: stored.body, storedAt }
      const image = icon && (await documents.image(icon.hash))
      if (!image) continue
      const folder = id.auid === HELD_ICON ? 'icons-waiting' : 'icons'
      const name = `${segment(posix.parse(id.path).name)}.${iconExtension(icon.mediaType)}`
      yield { path: `${folder}/${name}`, content: image, storedAt }
    }
  }
}

/** Of a path in a file system: what a document is called may be anything. */
function segment(name: string): string {
  return /^\.*$/.test(name) ? `_${name}` : encodeURIComponent(name).replaceAll('%40', '@')
}

async function* eventStateOf(
  person: Person,
  { people }: OpenedStore,
): AsyncGenerator<ExportedFile> {
  if (!people) throw new Error('this process does not own the store')
  const { publications, subscriptions, bindings } = await people.eventStateOf(person.addresses)
  for (const [index, one] of publications.entries()) yield publicationFile(one, index + 1)
  const isTo = ({ presentity }: SubscriptionRecord) => person.addresses.includes(presentity)
  yield json('subscriptions', {
    watchedBy: subscriptions.filter(isTo).map(subscriptionOf),
    watches: subscriptions.filter((one) => !isTo(one)).map(subscriptionOf),
  })
  yield json(
    'registrations',
    bindings.map(({ aor, contact, parameters, expiresAt }) => {
      return { address: aor, contact, parameters, expires: moment(expiresAt) }
    }),
  )
}

function publicationFile({ eventPackage, body, publishedAt }: PublicationRecord, number: number) {
  const path = `publications/${segment(eventPackage)}-${number}.xml`
  return { path, content: Buffer.from(body), storedAt: publishedAt }
}

function subscriptionOf({ presentity, watcher, ...one }: SubscriptionRecord) {
  const { eventPackage, subscribedAt, expiresAt, remoteTarget, flow } = one
  return {
    ...{ presentity, watcher, package: eventPackage },
    since: subscribedAt === undefined ? undefined : moment(subscribedAt),
    expires: moment(expiresAt),
    ...{ contact: remoteTarget, from: `${flow.transport} ${flow.remoteAddress}` },
  }
}

/** Neither the token nor what is made of it. */
async function sessionsOf({ aor }: Person, { sessions }: OpenedStore) {
  const all = await sessions.ofAccount(aor)
  return all.map(({ created, expires, remembered }) => {
    return { began: moment(created), expires: moment(expires), remembered }
  })
}

/** By this node. */
async function auditOf({ addresses }: Person, { store, data }: ExportParts) {
  const subjects = createAuditSubjects(store)
  const names = await Promise.all(addresses.map((address) => subjects.pseudonym(address)))
  const found: unknown[] = []
  for await (const { record } of readAudit(auditFolder(data))) {
    const { time, operation, outcome, subject } = record
    if (subject !== undefined && names.includes(subject)) found.push({ time, operation, outcome })
  }
  return found
}

const moment = (milliseconds: number) => new Date(milliseconds).toISOString()
