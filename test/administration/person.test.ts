/** What a person has, on both engines: the icon, subscriptions, publications, signed-in browsers. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test, type TestContext } from 'node:test'
import { measure } from '../../core/images/image-measure.ts'
import type { EntityTag } from '../../core/model/entity-tag.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { addAccount } from '../../service/administration/account-operations.ts'
import {
  endSessions,
  listPublications,
  listSubscriptions,
} from '../../service/administration/event-state-operations.ts'
import { getIcon, putIcon, removeIcon } from '../../service/administration/icon-operations.ts'
import { clusterOf, type PostgresCluster } from '../store/postgres/cluster.ts'
import { openDesk } from './desk.ts'

const ALICE = parseAor('alice@a.example')!
const BOB = parseAor('bob@a.example')!
const picture = readFileSync(new URL('../../docs/alice.png', import.meta.url))
const address = 'alice@a.example'
const later = () => Date.now() + 600_000

let cluster: PostgresCluster | undefined
after(() => cluster?.stop())

const engines = {
  Level: () => Promise.resolve({}),
  PostgreSQL: async (t: TestContext) => {
    cluster = await clusterOf(t)
    if (!cluster) return undefined
    return { store: { type: 'postgres', url: cluster.url(await cluster.createDatabase()) } }
  },
}

for (const [engine, storeOf] of Object.entries(engines)) {
  test(`${engine}: icon, subscriptions, publications and sessions of a person, each asked for and ended`, async (t) => {
    const said = await storeOf(t)
    if (!said) return
    const { ask, http, token, store } = await openDesk(t, said)
    await ask(addAccount, { address, ha1: '0'.repeat(32) })

    await assert.rejects(ask(getIcon, { address }), /has no icon/)
    assert.deepEqual(await ask(putIcon, { address, bytes: picture }), { outcome: 'created' })
    assert.deepEqual(await ask(putIcon, { address, bytes: picture }), { outcome: 'unchanged' })
    const { bytes } = await ask(getIcon, { address })
    const shown = measure(bytes)
    assert.ok('width' in shown && Math.max(shown.width, shown.height) <= 256)
    await assert.rejects(ask(putIcon, { address, bytes: Buffer.from('no image') }))
    assert.equal((await store.documents.currentIcon(ALICE))?.icon.mediaType, 'image/png')
    assert.deepEqual(await ask(removeIcon, { address }), { removed: 1 })
    assert.equal(await store.documents.currentIcon(ALICE), undefined)

    await store.eventState.write([
      { put: 'publication', record: publication },
      { put: 'subscription', record: subscription },
    ])
    const { publications } = await ask(listPublications, { address })
    assert.deepEqual(
      publications.map(({ source, body }) => [source, body]),
      [['desk phone', '<presence/>']],
    )
    const { watchers, watched } = await ask(listSubscriptions, { address })
    assert.deepEqual(
      watchers.map(({ watcher, state, flow }) => [watcher, state, flow]),
      [['bob@a.example', 'subscribed', 'UDP 192.0.2.1:5060']],
    )
    assert.deepEqual(watched, [])
    const reversed = await ask(listSubscriptions, { address: 'bob@a.example' })
    assert.equal(reversed.watched[0]?.presentity, address)

    await store.sessions.add({
      ...{ id: 'a'.repeat(64), aor: ALICE, created: Date.now(), expires: later() },
      ...{ remembered: false, credentials: [] },
    })
    assert.deepEqual(await ask(endSessions, { address }), { ended: 1 })
    assert.deepEqual(await store.sessions.ofAccount(ALICE), [])

    const elsewhere = await token('write', 'b.example')
    const path = `/accounts/${encodeURIComponent(address)}/subscriptions`
    assert.equal((await http('GET', path, { token: elsewhere })).status, 404)
  })
}

const publication = {
  ...{ presentity: ALICE, eventPackage: 'presence', id: 'p1', tag: 't1' as EntityTag },
  ...{ contentType: 'application/pidf+xml', body: '<presence/>', source: 'desk phone' },
  ...{ publishedAt: Date.now(), expiresAt: later() },
}

const subscription = {
  ...{ id: 's1', presentity: ALICE, watcher: BOB, eventPackage: 'presence', event: 'presence' },
  ...{ accept: ['application/pidf+xml'], watcherProfile: 'plain', expiresAt: later() },
  ...{ callId: 'c', localTag: 'l', remoteTag: 'r', localUri: ALICE, remoteUri: BOB },
  ...{ remoteTarget: 'sip:bob@192.0.2.1', routeSet: [], remoteCseq: 1, cseqReserved: 1 },
  flow: {
    ...{ transport: 'UDP', localAddress: '127.0.0.1', localPort: 5060 },
    ...{ remoteAddress: '192.0.2.1', remotePort: 5060 },
  },
}
