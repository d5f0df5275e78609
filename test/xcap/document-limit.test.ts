/** How many documents one user may have. RFC 4825 §8.2.5. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { startXcapService } from './support/xcap-service.ts'

const HOME = '/xcap-root/org.openmobilealliance.pres-content/users'
const XML = 'application/vnd.oma.pres-content+xml'

test('a user with as many documents as allowed may replace and delete, and add none', async (t) => {
  const service = await startXcapService({ allowance: { documents: 3, bytes: 1_000_000 } })
  t.after(() => service.end())
  const body = await readFile(new URL('../fixtures/xcap/icon-png-1x1.xml', import.meta.url))
  const put = (name: string, user = 'alice') =>
    service.call('PUT', `${HOME}/sip:${user}@example.com/oma_status-icon/${name}`, {
      as: user,
      body,
      headers: { 'Content-Type': XML },
    })
  for (const name of ['1', '2', '3']) assert.equal((await put(name)).status, 201)
  const refused = await put('4')
  assert.equal(refused.status, 409)
  assert.match(refused.text, /<constraint-failure phrase="Nobody may have more than 3 documents\."/)
  assert.equal((await put('3')).status, 200)
  assert.equal((await put('1', 'bob')).status, 201, 'somebody else has room of their own')
  const path = `${HOME}/sip:alice@example.com/oma_status-icon/1`
  assert.equal((await service.call('DELETE', path, { as: 'alice' })).status, 200)
  assert.equal((await put('4')).status, 201)
})
