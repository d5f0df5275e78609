/** Two nodes on one database: none loses what the other has written, and none goes on with what the other has changed. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { DocumentStore } from '../../../core/model/stores.ts'
import type { Aor } from '../../../core/uri/aor.ts'
import { account, alice, bob, icon, iconId, listId, text } from '../contract/sample.ts'
import { clusterOf } from './cluster.ts'
import { storesOn } from './store-on-cluster.ts'

async function twoNodes(t: TestContext) {
  const cluster = await clusterOf(t)
  if (!cluster) return undefined
  t.after(() => cluster.stop())
  const { open } = await storesOn(cluster).nodes(t)
  return { a: await open('a'), b: await open('b') }
}

async function increment(documents: DocumentStore): Promise<void> {
  for (;;) {
    const before = await documents.get(listId)
    const next = text(String(Number(Buffer.from(before!.body).toString()) + 1))
    const { outcome } = await documents.put(listId, next, { ifMatch: [before!.tag] })
    if (outcome === 'replaced') return
  }
}

/** A change is heard some milliseconds later. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('two nodes on one database', async (t) => {
  const nodes = await twoNodes(t)
  if (!nodes) return
  const { a, b } = nodes

  await t.test('compare-and-swap from both loses no update', async () => {
    await a.documents.put(listId, text('0'), {})
    await Promise.all([a, b].flatMap(({ documents }) => Array(15).fill(documents).map(increment)))
    await until(async () => {
      const found = await a.documents.get(listId)
      return Buffer.from(found!.body).toString() === '30'
    })
  })

  await t.test('both together never exceed what a tree may hold', async () => {
    const allowance = { documents: 10, bytes: Infinity }
    const outcomes = await Promise.all(
      [a, b].flatMap(({ documents }, node) =>
        Array.from({ length: 10 }, (_, n) =>
          documents.put({ ...listId, tree: bob, path: `${node} ${n}` }, text('x'), {}, allowance),
        ),
      ),
    )
    assert.equal(outcomes.filter(({ outcome }) => outcome === 'created').length, 10)
    assert.equal((await a.documents.list(bob)).length, 10)
  })

  await t.test('an alias that both give away at once has one holder, whom both name', async () => {
    const alias = 'sip:101@example.com' as Aor
    const outcomes = await Promise.all(
      [a, b].flatMap(({ accounts }, node) =>
        Array.from({ length: 5 }, (_, n) =>
          accounts.put(account(`sip:u${node}${n}@example.com` as Aor, [`u${node}${n}`], [alias])),
        ),
      ),
    )
    assert.equal(outcomes.filter(({ outcome }) => outcome === 'created').length, 1)
    const holder = outcomes.find((one) => one.outcome === 'taken')!.by
    for (const { accounts } of [a, b]) assert.equal((await accounts.find(alias))!.aor, holder)
  })

  await t.test('an icon that is replaced on one is gone by its token on the other', async () => {
    await a.documents.put(iconId('a.png'), icon('old'), {})
    await until(async () => (await b.documents.iconByToken('old')) !== undefined)
    const heard = new Promise((resolve) => b.changes.subscribe(resolve))
    await a.documents.put(iconId('a.png'), icon('new'), {})
    await heard
    assert.equal(await b.documents.iconByToken('old'), undefined)
    assert.equal((await b.documents.iconByToken('new'))!.id.tree, alice)
  })

  await t.test('both make one secret of each name', async () => {
    const made = await Promise.all([a, b].map(({ secrets }) => secrets.secret('digest-nonce')))
    assert.deepEqual(made[0], made[1])
  })
})
