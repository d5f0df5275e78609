/** The audit log: every change is noted, with who asked and what became of it, and without what it was about. */
import assert from 'node:assert/strict'
import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { parseAor } from '../../core/uri/aor.ts'
import { addAccount, removeAccount } from '../../service/administration/account-operations.ts'
import { createAuditFiles } from '../../service/administration/audit-files.ts'
import { queryAudit } from '../../service/administration/audit-operations.ts'
import { createAuditSubjects } from '../../service/administration/audit-subjects.ts'
import { exportPerson } from '../../service/administration/person-operations.ts'
import { pagesOf } from '../../service/administration/pages.ts'
import { systemClock } from '../../service/system-clock.ts'
import { openDesk } from './desk.ts'

const HA1 = 'd41d8cd98f00b204e9800998ecf8427e'
const alice = { address: 'alice@a.example', ha1: HA1, name: 'Alice Liddell' }

const textOf = (data: string) =>
  readdirSync(join(data, 'audit'))
    .map((name) => readFileSync(join(data, 'audit', name), 'utf8'))
    .join('')

test('each change is one line: time, operation, caller, from, subject, outcome; nothing of the content', async (t) => {
  const { ask, http, token, data } = await openDesk(t)
  const asked = { token: await token('write') }
  await http('POST', '/accounts', { ...asked, body: alice })
  await http('POST', '/accounts', { ...asked, body: alice })
  await http('POST', '/accounts', { ...asked, body: { address: 5 } })
  const read = await token('read')
  await http('DELETE', '/accounts/alice%40a.example', { token: read })
  await http('GET', '/accounts', { token: read })
  const { records } = await ask(queryAudit, {})
  assert.deepEqual(
    records.map(({ operation, outcome }) => `${operation} ${outcome}`),
    [
      'addToken done',
      'addAccount done',
      'addAccount conflict',
      'addAccount invalid',
      'addToken done',
      'removeAccount forbidden',
    ],
  )
  const [local, added] = records
  assert.match(local?.caller ?? '', /^local:./)
  assert.match(added?.caller ?? '', /^token:[0-9a-f]{12}$/)
  assert.deepEqual([added?.name, added?.from], ['write token', '127.0.0.1'])
  assert.equal(added?.address, 'alice@a.example')
  const text = textOf(data)
  for (const secret of [
    'alice',
    'Alice',
    HA1,
    ...[asked.token, read].map((one) => one.slice(20)),
  ]) {
    assert.ok(!text.includes(secret), secret)
  }
})

test('who has everything about a person exported is noted, and who may not is, too', async (t) => {
  const { ask, http, token } = await openDesk(t)
  await ask(addAccount, alice)
  const path = `/accounts/${alice.address}/export`
  const { bytes } = await ask(exportPerson, { address: alice.address })
  assert.equal((await buffer(bytes)).toString('latin1', 0, 2), 'PK')
  await http('GET', path, { token: await token('read', 'b.example') })
  const { records } = await ask(queryAudit, {})
  const exports = records.filter(({ operation }) => operation === 'exportPerson')
  assert.deepEqual(
    exports.map(({ caller, outcome }) => `${caller.split(':')[0]!} ${outcome}`),
    ['local done', 'token absent'],
  )
})

test('who is forgotten leaves the fact: the record stays, and nobody knows any more whom it is about', async (t) => {
  const { ask, store } = await openDesk(t)
  await ask(addAccount, alice)
  await ask(removeAccount, { address: alice.address })
  const before = await ask(queryAudit, { address: alice.address })
  assert.equal(before.records.length, 2)
  await createAuditSubjects(store).forget(parseAor(alice.address)!)
  const { records } = await ask(queryAudit, {})
  assert.equal(records.length, 2)
  assert.ok(records.every((one) => one.subject !== undefined && one.address === undefined))
})

test('the log is its owner’s alone, is begun anew when it is long, and is read on from where one stopped', async (t) => {
  const { ask, data } = await openDesk(t, { admin: { audit: { maxBytes: 300 } } })
  for (const user of ['a', 'b', 'c', 'd', 'e']) {
    await ask(addAccount, { address: `${user}@a.example`, ha1: HA1 })
  }
  const names = readdirSync(join(data, 'audit'))
  assert.ok(names.length > 1)
  assert.equal(statSync(join(data, 'audit')).mode & 0o777, 0o700)
  for (const name of names) assert.equal(statSync(join(data, 'audit', name)).mode & 0o777, 0o600)
  const found = []
  for await (const { records } of pagesOf(ask, queryAudit, { limit: 2 })) {
    found.push(...records.map(({ address }) => address?.slice(0, 1)))
  }
  assert.deepEqual(found, ['a', 'b', 'c', 'd', 'e'])
})

test('a line that a killed process left unfinished hides no other', async (t) => {
  const { ask, data } = await openDesk(t)
  await ask(addAccount, { address: 'a@a.example', ha1: HA1 })
  const [name = ''] = readdirSync(join(data, 'audit'))
  appendFileSync(join(data, 'audit', name), '{"time":"2026-01-01T00:00:00.000Z","operat')
  assert.equal((await ask(queryAudit, {})).records.length, 1)
  const parts = { folder: join(data, 'audit'), clock: systemClock, maxBytes: 1e6, keep: 60 }
  const next = createAuditFiles(parts)
  t.after(next.close)
  const record = { time: new Date().toISOString(), operation: 'x', caller: 'x', outcome: 'done' }
  await next.append(JSON.stringify(record))
  const { records } = await ask(queryAudit, {})
  assert.deepEqual(
    records.map(({ operation }) => operation),
    ['addAccount', 'x'],
  )
})

test('a change that cannot be noted is not made', async (t) => {
  const { http, token, store, data } = await openDesk(t, { admin: { audit: { maxBytes: 1 } } })
  const asked = { token: await token('write') }
  rmSync(join(data, 'audit'), { recursive: true })
  writeFileSync(join(data, 'audit'), 'no folder')
  const { status, body } = await http('POST', '/accounts', { ...asked, body: alice })
  assert.equal(status, 503)
  assert.match(JSON.stringify(body), /nothing was changed: the audit log cannot be written/)
  assert.equal(await store.accounts.isEmpty(), true)
})

test('of a change that a killed process had begun the beginning is told; of others the outcome alone', async (t) => {
  const { ask, data } = await openDesk(t)
  await ask(addAccount, alice)
  const lines = textOf(data).trimEnd().split('\n')
  assert.equal(lines.length, 2)
  const [name = ''] = readdirSync(join(data, 'audit'))
  const begun = { ...(JSON.parse(lines[0] ?? '') as object), change: 'other' }
  appendFileSync(join(data, 'audit', name), `${JSON.stringify(begun)}\n`)
  const { records } = await ask(queryAudit, {})
  assert.deepEqual(
    records.map(({ outcome }) => outcome),
    ['done', 'begun'],
  )
})

test('a log that somebody removes meanwhile is begun anew', async (t) => {
  const { ask, data } = await openDesk(t)
  await ask(addAccount, alice)
  for (const name of readdirSync(join(data, 'audit'))) rmSync(join(data, 'audit', name))
  await ask(removeAccount, { address: alice.address })
  const { records } = await ask(queryAudit, {})
  assert.deepEqual(
    records.map(({ operation }) => operation),
    ['removeAccount'],
  )
})
