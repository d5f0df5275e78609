/** Migration of what the gateway to XMPP remembers. */
import { isDeepStrictEqual } from 'node:util'
import type { PairWrite } from '../../core/model/stores.ts'
import type { MigrationStep } from './migration-step.ts'

/** Pairs in one batch. */
const BATCH = 500

export const migrateNeighbours: MigrationStep = async (migration, count) => {
  await migratePairs(migration, count)
  await migrateListed(migration, count)
  await migrateCapabilities(migration, count)
}

const migratePairs: MigrationStep = async ({ from, to }, count) => {
  const present = new Map<string, unknown>()
  for await (const pair of to.neighbours.pairs()) present.set(`${pair.user} ${pair.contact}`, pair)
  let batch: PairWrite[] = []
  for await (const put of from.neighbours.pairs()) {
    const isWanted = !isDeepStrictEqual(present.get(`${put.user} ${put.contact}`), put)
    if (isWanted) batch.push({ put })
    count(isWanted)
    if (batch.length < BATCH) continue
    await to.neighbours.writePairs(batch)
    batch = []
  }
  await to.neighbours.writePairs(batch)
}

const migrateListed: MigrationStep = async ({ from, to }, count) => {
  const present = new Map<string, unknown>()
  for await (const { user, contacts } of to.neighbours.listed()) present.set(user, contacts)
  for await (const { user, contacts } of from.neighbours.listed()) {
    const isWanted = !isDeepStrictEqual(present.get(user), contacts)
    if (isWanted) await to.neighbours.writeListed(user, contacts)
    count(isWanted)
  }
}

const migrateCapabilities: MigrationStep = async ({ from, to }, count) => {
  const present = new Set<string>()
  for await (const { hash } of to.neighbours.capabilities()) present.add(hash)
  for await (const { hash, features } of from.neighbours.capabilities()) {
    const isWanted = !present.has(hash)
    if (isWanted) await to.neighbours.rememberCapabilities(hash, features)
    count(isWanted)
  }
}
