/** Erasure on PostgreSQL: no row of any table names the person afterwards, and another node goes on with what is right. */
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

const ALICE = 'sip:alice@example.com' as Aor

test('after erase no table holds address, name, alias, number, image or its hash', async (t) => {
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
  const dump = async () => {
    const tables = await cluster.primary.query(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`,
      database,
    )
    const rows = tables.map(({ table_name }) =>
      cluster.primary.query(`SELECT t::text AS row FROM "${String(table_name)}" AS t`, database),
    )
    return JSON.stringify(await Promise.all(rows))
  }
  const found = async () => {
    const text = await dump()
    return Object.entries(tracesOf(person)).flatMap(([what, trace]) =>
      text.includes(typeof trace === 'string' ? trace : trace.toString('hex')) ? [what] : [],
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
