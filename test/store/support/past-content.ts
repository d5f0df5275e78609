/**
 * Content of the past stores in test/fixtures/stores: what the code of that time wrote into them, and what it read back.
 * It also runs on that code, where parts of a store are missing.
 */
import { createHash } from 'node:crypto'
import type { Account } from '../../../core/model/account.ts'
import { auid, PRES_CONTENT, type DocumentTree } from '../../../core/model/document-id.ts'
import type { EntityTag } from '../../../core/model/entity-tag.ts'
import type { SubscriptionRecord } from '../../../core/model/event-state.ts'
import type { OpenedStore } from '../../../core/model/opened-store.ts'
import type { DocumentContent } from '../../../core/model/stores.ts'
import type { Aor } from '../../../core/uri/aor.ts'

export type PastStore = Partial<OpenedStore>

const alice = 'sip:alice@example.com' as Aor
const bob = 'sip:bob@example.com' as Aor
const number = 'tel:+49301234567' as Aor
const contact = 'sip:romeo@xmpp.example' as Aor
const LISTS = auid('resource-lists')
const TREES: readonly DocumentTree[] = [alice, bob, 'global']
const SESSION = 'a'.repeat(64)
const NOW = 1_700_000_000_000
const LATER = 4_000_000_000_000

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

export async function writeContent(store: PastStore): Promise<void> {
  await writeDurable(store)
  await writeDocuments(store)
  await store.eventState?.write([
    { put: 'publication', record: publication('p1', 'a software') },
    { put: 'publication', record: publication('p2') },
    { put: 'subscription', record: subscription('s1') },
    { put: 'subscription', record: { ...subscription('s2'), watcher: bob, quenched: true } },
    { put: 'binding', record: BINDING },
  ])
}

async function writeDurable(store: PastStore): Promise<void> {
  const { accounts, sessions, neighbours, administration } = store
  for (const one of [account(alice, [number]), account(bob, [])]) await accounts?.put(one)
  await sessions?.add({
    ...{ id: SESSION, aor: alice, created: NOW, expires: LATER, remembered: true },
    credentials: account(alice, []).credentials,
  })
  const pair = { user: alice, contact, toSince: NOW, fromSince: NOW + 1 }
  await neighbours?.writePairs([{ put: { ...pair, to: 'granted', from: 'asked' } }])
  await neighbours?.writeListed(alice, [contact, bob])
  await neighbours?.rememberCapabilities('hash/+=', ['urn:xmpp:avatar:metadata+notify'])
  await administration?.put('icon-lock', alice, { at: NOW })
  await administration?.put('banned-image', 'b'.repeat(64), { reason: 'é\n' })
}

async function writeDocuments({ documents }: PastStore): Promise<void> {
  if (!documents) return
  const put = (tree: DocumentTree, path: string, size: number) =>
    documents.put({ auid: LISTS, tree, path }, list(path, size), {})
  await put(alice, 'index', 100)
  await put(alice, 'lärge/10K', 10_000)
  await put(alice, '70K', 70_000)
  await put(bob, 'index', 5)
  await put('global', 'index', 50)
  await documents.put({ auid: PRES_CONTENT, tree: alice, path: 'oma_status-icon/a' }, icon('a'), {})
  await documents.put({ auid: PRES_CONTENT, tree: alice, path: 'oma_status-icon/b' }, icon('b'), {})
  await documents.put({ auid: PRES_CONTENT, tree: bob, path: 'oma_status-icon/a' }, icon('a'), {})
}

/** As JSON holds it; a part that the store does not have is missing. */
export async function readContent(store: PastStore): Promise<Record<string, unknown>> {
  const { accounts, eventState, neighbours, secrets, sessions } = store
  const content = {
    accounts: accounts && (await all(accounts.list())),
    names: accounts && (await readNames(accounts)),
    ...(await readDocuments(store)),
    secrets: secrets && [
      Buffer.from(await secrets.secret('icon-token')).toString('hex'),
      Buffer.from(await secrets.secret('digest-nonce')).toString('hex'),
    ],
    sessions: sessions && [await sessions.find(SESSION), await sessions.ofAccount(alice)],
    pairs: neighbours && (await all(neighbours.pairs())),
    listed: neighbours && (await all(neighbours.listed())),
    capabilities: neighbours && (await all(neighbours.capabilities())),
    administration: await readAdministration(store),
    publications: eventState && byName(await all(eventState.publications())),
    subscriptions: eventState && byName(await all(eventState.subscriptions())),
    bindings: eventState && (await all(eventState.bindings())),
  }
  return JSON.parse(JSON.stringify(content)) as Record<string, unknown>
}

async function readNames(accounts: OpenedStore['accounts']) {
  const owners = [
    await accounts.find(alice),
    await accounts.find(number),
    await accounts.findByUsername('example.com', alice),
    await accounts.findByUsername('example.com', bob),
  ]
  return owners.map((owner) => owner?.aor)
}

async function readDocuments({ documents }: PastStore) {
  if (!documents) return {}
  const found: unknown[] = []
  for (const tree of TREES) {
    for (const { id } of await documents.list(tree)) {
      const document = await documents.get(id)
      if (!document) continue
      const image = document.icon && (await documents.image(document.icon.hash))
      found.push({ ...document, body: sha256(document.body), image: image && sha256(image) })
    }
  }
  const current = await documents.currentIcon(alice)
  const byToken = await documents.iconByToken('token-of-b-0000000000000')
  return { documents: found, currentIcon: current, byToken }
}

async function readAdministration({ administration }: PastStore) {
  if (!administration) return undefined
  const kinds = ['icon-lock', 'banned-image'] as const
  return Promise.all(kinds.map((kind) => all(administration.list(kind))))
}

async function all<T>(records: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const record of records) found.push(record)
  return found
}

const byName = <T extends { readonly id: string }>(records: readonly T[]) =>
  records.toSorted((one, other) => one.id.localeCompare(other.id))

function account(aor: Aor, aliases: readonly Aor[]): Account {
  const ha1 = sha256(Buffer.from(aor))
  const named = { username: aor, realm: 'example.com' }
  return {
    ...{ aor, aliases, name: `Nomen ${aor}` },
    credentials: [
      { ...named, algorithm: 'MD5', ha1: ha1.slice(0, 32) },
      { ...named, algorithm: 'SHA-256', ha1 },
    ],
  }
}

const list = (name: string, size: number): DocumentContent => ({
  contentType: 'application/resource-lists+xml',
  body: Buffer.from(name.repeat(size).slice(0, size)),
})

/** The image in base64 inside XML, as an XCAP server makes it. */
function icon(name: string): DocumentContent {
  const bytes = Buffer.concat(
    Array.from({ length: 16 }, (_, n) => Buffer.from(sha256(Buffer.from(name + String(n))), 'hex')),
  )
  return {
    contentType: 'application/vnd.oma.pres-content+xml',
    body: Buffer.from(`<content><data>${bytes.toString('base64')}</data></content>\n`),
    icon: {
      ...{ mediaType: 'image/png', width: 96, height: 48, size: bytes.length },
      hash: sha256(bytes),
      sha1: createHash('sha1').update(bytes).digest('hex'),
      ...{ bytes, token: `token-of-${name}-0000000000000` },
    },
  }
}

const publication = (id: string, source?: string) => ({
  ...{ presentity: alice, eventPackage: 'presence', id, tag: `tag-${id}` as EntityTag },
  ...{ contentType: 'application/pidf+xml', body: '<presence>\nü</presence>' },
  ...{ publishedAt: NOW, expiresAt: LATER },
  ...(source !== undefined && { source }),
})

const subscription = (id: string): SubscriptionRecord => ({
  ...{ id, presentity: alice, eventPackage: 'presence', event: 'presence;id="7"' },
  ...{ accept: ['application/pidf+xml'], watcherProfile: 'standard', expiresAt: LATER },
  ...{ callId: `${id}@host`, localTag: 'l', remoteTag: 'r', localUri: alice, remoteUri: bob },
  ...{ remoteTarget: 'sip:bob@192.0.2.1:5070', routeSet: ['<sip:proxy.example.com;lr>'] },
  ...{ remoteCseq: 0, cseqReserved: 1000 },
  flow: {
    ...{ transport: 'UDP', localAddress: '192.0.2.2', localPort: 5060 },
    ...{ remoteAddress: '192.0.2.1', remotePort: 5070 },
  },
})

const BINDING = {
  ...{ aor: alice, contact: 'sip:alice@192.0.2.7:5060', callId: 'c', cseq: 7 },
  ...{ expiresAt: LATER, parameters: ';+sip.instance="<urn:uuid:1>"' },
}
