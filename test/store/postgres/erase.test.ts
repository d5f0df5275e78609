/** Erasure on PostgreSQL: nothing of the person is in a dump of the database, and another node goes on with what is right. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { Aor } from '../../../core/uri/aor.ts'
import { createErasure } from '../../../service/people/erasure.ts'
import { systemClock } from '../../../service/system-clock.ts'
import { fillWithPerson, tracesOf } from '../../people/support/person-in-store.ts'
import { silentLog } from '../../../core/model/log.ts'
import { openPostgresStore } from '../../../core/store/postgres/postgres-store.ts'
import { clusterOf, stopAfterwards } from './cluster.ts'
import { runTool } from './server-programs.ts'

/** As text stands in a dump, and as the octets of a bytea column do; images in documents are Base64. */
function forms(trace: string | Buffer): string[] {
  const octets = Buffer.from(trace as string)
  const encoded = [octets.toString('hex'), octets.toString('base64')]
  return typeof trace === 'string' ? [trace, ...encoded] : encoded
}

const ALICE = 'sip:alice@example.com' as Aor

test('after erase pg_dump writes no address, name, alias, number, image or its hash', async (t) => {
  const cluster = await clusterOf(t)
  if (!cluster) return
  stopAfterwards(cluster)
  const database = await cluster.createDatabase()
  const open = (node: string) =>
    openPostgresStore({ url: cluster.url(database), node, clock: systemClock, log: silentLog })
  const [store, other] = [await open('one'), await open('two')]
  const person = await fillWithPerson(store, { name: 'alice', image: randomBytes(900) })
  await fillWithPerson(store, { name: 'bob', image: randomBytes(900) })
  t.after(() => Promise.all([store.close(), other.close()]))
  assert.ok(await other.accounts.find(ALICE))
  const found = async () => {
    const text = await runTool('pg_dump', [cluster.url(database)])
    return Object.entries(tracesOf(person)).flatMap(([what, trace]) =>
      forms(trace).some((form) => text.includes(form)) ? [what] : [],
    )
  }
  assert.deepEqual(await found(), Object.keys(tracesOf(person)), 'all of it would be found')
  const erase = createErasure({ store, clock: systemClock, patience: 0 })
  const { publications, subscriptions } = await erase('alice@example.com')
  assert.deepEqual({ publications, subscriptions }, { publications: 1, subscriptions: 2 })
  assert.deepEqual(await found(), [])
  assert.equal(await other.accounts.find(ALICE), undefined)
  assert.equal((await other.accounts.find('sip:bob@example.com' as Aor))?.name, 'Name of bob')
})
