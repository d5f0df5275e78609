/** How much one user may store. RFC 4825 §8.2.5, RFC 4918 §11.5. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test, type TestContext } from 'node:test'
import { startXcapService } from './support/xcap-service.ts'

const ICONS = '/xcap-root/org.openmobilealliance.pres-content/users'
const ICON_TYPE = 'application/vnd.oma.pres-content+xml'
const NOTES = { auid: 'notes', namespace: 'urn:notes', mediaType: 'application/notes+xml' }
const FEW = { documents: 3, bytes: 1_000_000 }

/** A document of exactly this many bytes. */
const note = (length: number) => Buffer.from('<notes xmlns="urn:notes"/>'.padEnd(length))

async function start(t: TestContext, allowance = FEW, documentBytes = 1_000) {
  const service = await startXcapService({ allowance, documentBytes, applicationUsages: [NOTES] })
  t.after(() => service.end())
  const put = (path: string, body: Uint8Array, type: string, as = 'alice') =>
    service.call('PUT', path, { as, body, headers: { 'Content-Type': type } })
  return {
    ...service,
    putIcon: async (name: string, user = 'alice') => {
      const body = await readFile(new URL('../fixtures/xcap/icon-png-1x1.xml', import.meta.url))
      const path = `${ICONS}/sip:${user}@example.com/oma_status-icon/${name}`
      return put(path, body, ICON_TYPE, user)
    },
    putNote: (name: string, length: number) =>
      put(
        `/xcap-root/notes/users/sip:alice@example.com/${name}`,
        note(length),
        'application/notes+xml',
      ),
  }
}

test('a user with as many documents as allowed may replace and delete, and add none', async (t) => {
  const { call, putIcon } = await start(t)
  for (const name of ['1', '2', '3']) assert.equal((await putIcon(name)).status, 201)
  const refused = await putIcon('4')
  assert.equal(refused.status, 409)
  assert.match(refused.text, /<constraint-failure phrase="Nobody may have more than 3 documents\."/)
  assert.equal((await putIcon('3')).status, 200)
  assert.equal((await putIcon('1', 'bob')).status, 201, 'somebody else has room of their own')
  const path = `${ICONS}/sip:alice@example.com/oma_status-icon/1`
  assert.equal((await call('DELETE', path, { as: 'alice' })).status, 200)
  assert.equal((await putIcon('4')).status, 201)
})

test('documents of all usages count together', async (t) => {
  const { putIcon, putNote } = await start(t)
  assert.equal((await putIcon('1')).status, 201)
  assert.equal((await putNote('2', 100)).status, 201)
  assert.equal((await putNote('3', 100)).status, 201)
  assert.equal((await putIcon('4')).status, 409)
  assert.equal((await putNote('4', 100)).status, 409)
})

test('RFC 4918 §11.5: more bytes than a user may store are 507, and nothing is stored', async (t) => {
  const { call, putNote } = await start(t, { documents: 10, bytes: 300 })
  assert.equal((await putNote('a', 200)).status, 201)
  const refused = await putNote('b', 101)
  assert.equal(refused.status, 507)
  assert.match(refused.text, /Nobody may store more than 300 bytes\./)
  const path = '/xcap-root/notes/users/sip:alice@example.com/b'
  assert.equal((await call('GET', path, { as: 'alice' })).status, 404)
  assert.equal((await putNote('b', 100)).status, 201)
  assert.equal((await putNote('a', 200)).status, 200, 'the same again needs no room')
})

test('a document longer than the limit is 413, an icon has a limit of its own', async (t) => {
  const { putIcon, putNote } = await start(t, FEW, 200)
  assert.equal((await putNote('a', 200)).status, 201)
  assert.equal((await putNote('b', 201)).status, 413)
  const icon = await readFile(new URL('../fixtures/xcap/icon-png-1x1.xml', import.meta.url))
  assert.ok(icon.length > 200)
  assert.equal((await putIcon('a')).status, 201)
})
