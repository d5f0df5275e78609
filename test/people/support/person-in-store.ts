/** A person of whom a store has everything that it can have: what export shows, and what erase must find. */
import { createHash } from 'node:crypto'
import { PRES_CONTENT, RESOURCE_LISTS } from '../../../core/model/document-id.ts'
import { newEntityTag } from '../../../core/model/entity-tag.ts'
import type { SubscriptionRecord } from '../../../core/model/event-state.ts'
import type { OpenedStore } from '../../../core/model/opened-store.ts'
import type { Aor } from '../../../core/uri/aor.ts'

export interface PersonInStore {
  readonly aor: Aor
  readonly alias: Aor
  readonly telephone: Aor
  readonly fullName: string
  readonly image: Buffer
  /** SHA-256. */
  readonly hash: string
}

export type Traces = Readonly<Record<string, string | Buffer>>

/** What must be nowhere once the person is erased. */
export function tracesOf({ aor, alias, telephone, fullName, image, hash }: PersonInStore): Traces {
  return {
    ...{ aor: aor.replace('sip:', ''), alias, telephone, fullName, hash },
    ...{ image, 'hash as bytes': Buffer.from(hash, 'hex') },
  }
}

const LATER = Date.now() + 3_600_000

export async function fillWithPerson(
  store: OpenedStore,
  { name, image }: { name: string; image: Buffer },
): Promise<PersonInStore> {
  const number = Buffer.from(name).readUInt16BE(0)
  const person: PersonInStore = {
    aor: `sip:${name}@example.com` as Aor,
    alias: `sip:also.${name}@example.com` as Aor,
    telephone: `tel:+49891${number}` as Aor,
    ...{ fullName: `Name of ${name}`, image },
    hash: createHash('sha256').update(image).digest('hex'),
  }
  await putAccount(store, person, name)
  await putDocuments(store, person)
  await putEventState(store, person)
  await putContacts(store, person)
  await store.administration.put('icon-lock', person.aor, { by: 'local:root' })
  await store.administration.put('directory-entry', person.aor, { name: person.fullName })
  return person
}

async function putAccount(
  { accounts, sessions }: OpenedStore,
  { aor, alias, telephone, fullName }: PersonInStore,
  username: string,
): Promise<void> {
  const ha1 = createHash('md5').update(aor).digest('hex')
  const credential = { username, realm: 'example.com', algorithm: 'MD5' as const, ha1 }
  const aliases = [alias, telephone]
  await accounts.put({ aor, aliases, name: fullName, credentials: [credential] })
  const id = createHash('sha256').update(`session ${aor}`).digest('hex')
  const now = Date.now()
  await sessions.add({
    ...{ id, aor, created: now, expires: LATER, remembered: false, credentials: [credential] },
  })
}

async function putDocuments(
  { documents }: OpenedStore,
  { aor, fullName, image, hash }: PersonInStore,
): Promise<void> {
  const body = Buffer.from(`<data>${image.toString('base64')}</data>`)
  const sha1 = createHash('sha1').update(image).digest('hex')
  const token = createHash('sha256').update(aor).digest('base64url').slice(0, 24)
  const icon = {
    ...{ mediaType: 'image/png' as const, width: 1, height: 1, size: image.length },
    ...{ hash, sha1, bytes: image, token },
  }
  const contentType = 'application/vnd.oma.pres-content+xml'
  const path = 'oma_status-icon/me.png'
  await documents.put({ auid: PRES_CONTENT, tree: aor, path }, { contentType, body, icon }, {})
  const list = Buffer.from(`<list name="${fullName}"><entry uri="sip:friend@example.net"/></list>`)
  const id = { auid: RESOURCE_LISTS, tree: aor, path: 'index' }
  await documents.put(id, { contentType: 'application/resource-lists+xml', body: list }, {})
}

async function putEventState({ eventState }: OpenedStore, { aor, fullName }: PersonInStore) {
  const publication = {
    ...{ presentity: aor, eventPackage: 'presence', id: `p-${aor}`, tag: newEntityTag() },
    ...{
      contentType: 'application/pidf+xml',
      body: `<presence entity="${aor}">${fullName}</presence>`,
    },
    ...{ publishedAt: Date.now(), expiresAt: LATER },
  }
  const contact = `<${aor};transport=udp>`
  const binding = { aor, contact, callId: 'c', cseq: 1, expiresAt: LATER, parameters: '' }
  await eventState.write([
    { put: 'publication', record: publication },
    { put: 'subscription', record: subscription('sip:carol@example.com' as Aor, aor) },
    { put: 'subscription', record: subscription(aor, 'sip:carol@example.com' as Aor) },
    { put: 'binding', record: binding },
  ])
}

function subscription(watcher: Aor, presentity: Aor): SubscriptionRecord {
  return {
    ...{ id: `${watcher}>${presentity}`, presentity, watcher, eventPackage: 'presence' },
    ...{ event: 'presence', accept: ['application/pidf+xml'], watcherProfile: 'standard' },
    ...{ subscribedAt: Date.now(), expiresAt: LATER, callId: 'c', localTag: 'l', remoteTag: 'r' },
    ...{ localUri: presentity, remoteUri: watcher, remoteTarget: 'sip:x@192.0.2.1' },
    ...{ routeSet: [], remoteCseq: 1, cseqReserved: 1 },
    flow: {
      ...{ transport: 'UDP', localAddress: '192.0.2.2', localPort: 5060 },
      ...{ remoteAddress: '192.0.2.1', remotePort: 5060 },
    },
  }
}

async function putContacts({ neighbours }: OpenedStore, { aor }: PersonInStore): Promise<void> {
  const contact = 'sip:juliet@xmpp.example' as Aor
  const since = { toSince: 1, fromSince: 1 }
  const pair = { user: aor, contact, to: 'granted' as const, from: 'granted' as const, ...since }
  await neighbours.writePairs([{ put: pair }])
  await neighbours.writeListed(aor, [contact])
}
