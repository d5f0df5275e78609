/** What becomes of members when the database goes away: nothing acknowledged is lost, and nobody is told what is not so. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newEntityTag } from '../../../core/model/entity-tag.ts'
import type { PublicationRecord } from '../../../core/model/event-state.ts'
import { silentLog } from '../../../core/model/log.ts'
import { StoreUnavailable } from '../../../core/model/store-unavailable.ts'
import { openPostgresStore } from '../../../core/store/postgres/postgres-store.ts'
import type { Aor } from '../../../core/uri/aor.ts'
import { isInstalled } from '../../setup/debian-tools.mjs'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { account, alice, listId, publication, text } from '../contract/sample.ts'
import { startCluster } from './cluster.ts'
import { openCuttableWay } from './cuttable-way.ts'
import { openMember, type Member } from './member.ts'

const skip = isInstalled('postgres') ? false : 'PostgreSQL is missing: apt-get install postgresql'
const cluster = skip === false ? await startCluster({ fsync: true }) : undefined
after(() => cluster?.stop())

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
/** False: the store is unavailable. */
async function isAnswered(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask()
    return true
  } catch (error) {
    assert.ok(error instanceof StoreUnavailable)
    return false
  }
}

const lasting = { expiresAt: 1_800_000_000_000 }

/** One person whose software publishes again as soon as the last request was answered. */
async function publishOn(
  { eventState }: Member,
  presentity: Aor,
  isOver: () => boolean,
): Promise<{ last: PublicationRecord; longestMs: number }> {
  let last: PublicationRecord = { ...publication(presentity, '0'), ...lasting }
  let longestMs = 0
  await eventState.write([{ put: 'publication', record: last }])
  for (let round = 1; !isOver(); round++) {
    const record = { ...last, tag: newEntityTag(), body: String(round) }
    const began = performance.now()
    const lost = await eventState.write([{ put: 'publication', record, replaces: last.tag }])
    // Nobody else writes to it: a request that is repeated after the failure must not meet itself.
    assert.deepEqual(lost, [])
    longestMs = Math.max(longestMs, performance.now() - began)
    last = record
  }
  return { last, longestMs }
}

test(
  'a member that is cut off from the database says so within seconds, and catches up by the log when it is back',
  { skip },
  async (t) => {
    const name = await cluster!.createDatabase()
    const clock = createManualClock()
    const way = await openCuttableWay(cluster!.primary.port)
    t.after(way.close)
    const url = `postgres://visage@127.0.0.1:${way.port}/${name}`
    const away = await openMember(t, { url, node: 'away', clock })
    const other = await openMember(t, { url: cluster!.primary.url(name), node: 'other', clock })
    await away.shared.follow(alice, 'presence')
    way.cut()
    const meanwhile = Array.from({ length: 50 }, () => ({ ...publication(alice), ...lasting }))
    for (const record of meanwhile) await other.eventState.write([{ put: 'publication', record }])
    const began = performance.now()
    const refused = away.eventState.write([
      { put: 'publication', record: { ...publication(alice), ...lasting } },
    ])
    await assert.rejects(refused, StoreUnavailable)
    await assert.rejects(away.shared.publicationsOf(alice, 'presence'), StoreUnavailable)
    assert.ok(performance.now() - began < 10_000)
    assert.equal(away.database.feed.isLive(), false)
    way.mend()
    await Promise.all(
      meanwhile.map(({ id }) => away.hears((change) => 'id' in change && change.id === id)),
    )
    assert.equal(
      away.heard.some(({ kind }) => kind === 'gap'),
      false,
    )
    await away.database.feed.caughtUp()
    assert.equal(away.database.feed.isLive(), true)
    await away.eventState.write([{ put: 'publication', record: publication(alice) }])
  },
)

test(
  'whose part of the log was trimmed while it was cut off reads event state anew, and hears of every document and account',
  { skip },
  async (t) => {
    const name = await cluster!.createDatabase()
    const [clock, itsClock] = [createManualClock(), createManualClock()]
    const way = await openCuttableWay(cluster!.primary.port)
    t.after(way.close)
    const open = (url: string, node: string, clock: ManualClock) =>
      openPostgresStore({ url, node, clock, log: silentLog })
    const away = await open(`postgres://visage@127.0.0.1:${way.port}/${name}`, 'away', itsClock)
    t.after(away.close)
    const other = await open(cluster!.primary.url(name), 'other', clock)
    t.after(other.close)
    const gone = { ...listId, path: 'gone' }
    await other.documents.put(gone, text('<gone/>'), {})
    assert.ok(await away.documents.get(gone))
    const heard: string[] = []
    const all = new Promise<void>((resolve) => {
      away.changes.subscribe((change) => {
        // Of its being made it may have heard before.
        if (change.kind === 'document' && change.id.path === 'gone' && change.after) return
        heard.push(change.kind === 'document' ? change.id.path : change.aor)
        if (heard.length === 3) resolve()
      })
    })
    const gap = new Promise<void>((resolve) => {
      away.eventState.shared!.subscribe(({ kind }) => {
        if (kind === 'gap') resolve()
      })
    })
    way.cut()
    await other.documents.delete(gone, {})
    await other.documents.put(listId, text('<changed/>'), {})
    await other.accounts.put(account(alice, ['alice']))
    await other.eventState.write([{ put: 'publication', record: publication(alice) }])
    const kinds = async () => {
      clock.advance(60_000)
      const rows = await cluster!.primary.query('SELECT DISTINCT kind FROM change_log', name)
      return rows.map(({ kind }) => kind as string).sort()
    }
    while ((await kinds()).includes('publication')) await pause(20)
    // Not from memory: nobody tells any more whether it is so still.
    while (await isAnswered(async () => away.documents.get(gone))) await pause(50)
    way.mend()
    await Promise.all([gap, all])
    assert.deepEqual(heard, ['gone', listId.path, alice])
    assert.equal(await away.documents.get(gone), undefined)
  },
)

test(
  'the primary is killed and the standby promoted under load: nothing acknowledged is lost, and writers go on; a primary of yesterday is not believed',
  { skip },
  async (t) => {
    const name = await cluster!.createDatabase()
    const standby = await cluster!.synchronousStandby()
    const clock = createManualClock()
    const url = cluster!.url(name)
    const open = (node: string) => openMember(t, { url, node, clock })
    const [one, two, reader] = await Promise.all([open('one'), open('two'), open('reader')])
    const people = Array.from({ length: 30 }, (_, index) => `sip:p${index}@example.com` as Aor)
    for (const person of people) await reader.shared.follow(person, 'presence')
    let isOver = false
    const writing = people.map((person, index) =>
      publishOn(index % 2 ? one : two, person, () => isOver),
    )
    await pause(700)
    cluster!.primary.kill('SIGKILL')
    await pause(200)
    await standby.promote()
    await pause(1_500)
    isOver = true
    const written = await Promise.all(writing)
    await reader.database.feed.caughtUp()
    const newest = new Map<string, PublicationRecord>()
    for (const change of reader.heard) {
      if (change.kind === 'publication' && change.record)
        newest.set(change.presentity, change.record)
    }
    for (const { last } of written) {
      assert.deepEqual(await one.shared.publicationsOf(last.presentity, 'presence'), [last])
      assert.deepEqual(newest.get(last.presentity), last)
    }
    const rounds = written.reduce((sum, { last }) => sum + Number(last.body), 0)
    const stalled = Math.max(...written.map(({ longestMs }) => longestMs))
    t.diagnostic(`${rounds} publications, the longest wait ${Math.round(stalled)} ms`)
    assert.ok(written.every(({ last }) => Number(last.body) > 0))

    // The old primary comes back as it was: its timeline is lower, and it is not believed.
    await cluster!.primary.restart()
    await standby.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'visage %'`,
    )
    const [{ last }] = written as [(typeof written)[0], ...typeof written]
    const after = { ...last, tag: newEntityTag(), body: 'after' }
    await two.eventState.write([{ put: 'publication', record: after, replaces: last.tag }])
    const late = await open('late')
    for (const { shared } of [one, two, reader, late]) {
      assert.deepEqual(await shared.publicationsOf(last.presentity, 'presence'), [after])
    }
  },
)
