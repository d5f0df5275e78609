/** Stores on PostgreSQL for tests: for each a database of its own in which nothing is stored. */
import type { TestContext } from 'node:test'
import { silentLog } from '../../../core/model/log.ts'
import type { OpenedStore } from '../../../core/model/opened-store.ts'
import { createConnection } from '../../../core/store/postgres/connection.ts'
import { migrate } from '../../../core/store/postgres/migrations.ts'
import { openPostgresStore } from '../../../core/store/postgres/postgres-store.ts'
import { parsePostgresUrl } from '../../../core/store/postgres/postgres-url.ts'
import { createPrimaryFinder } from '../../../core/store/postgres/primary.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import type { OpenStore } from '../contract/store-under-test.ts'
import type { PostgresCluster } from './cluster.ts'

export interface NodesUnderTest {
  readonly clock: ManualClock
  readonly url: string
  /** Another node on the same database. */
  readonly open: (node: string) => Promise<OpenedStore>
}

export function storesOn(cluster: PostgresCluster): {
  readonly open: OpenStore
  readonly nodes: (t: TestContext) => Promise<NodesUnderTest>
} {
  let tables: Promise<string> | undefined

  async function nodes(t: TestContext): Promise<NodesUnderTest> {
    const url = cluster.url(await cluster.createDatabase(await (tables ??= tablesOn(cluster))))
    const clock = createManualClock()
    const opened: OpenedStore[] = []
    t.after(() => Promise.all(opened.map((store) => store.close())))
    return {
      clock,
      url,
      async open(node) {
        const store = await openPostgresStore({ url, node, clock, log: silentLog })
        opened.push(store)
        return store
      },
    }
  }
  return {
    nodes,
    async open(t) {
      const { clock, open } = await nodes(t)
      let store = await open('one')
      return {
        clock,
        stores: () => store,
        async restart() {
          await store.close()
          store = await open('one')
          return store
        },
      }
    },
  }
}

/** A database with its tables, to be copied: to make them takes longer than most tests. */
async function tablesOn(cluster: PostgresCluster): Promise<string> {
  const name = await cluster.createDatabase()
  const primary = createPrimaryFinder({
    place: parsePostgresUrl(cluster.url(name)),
    node: 'tables',
  })
  const connection = createConnection(primary, 'tables', 60_000)
  await migrate(connection, { log: silentLog })
  connection.close()
  return name
}
