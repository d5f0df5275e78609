/** The services of all users as one document, for resource list servers. RFC 4826 §4.4.7–4.4.9. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { createRlsWorld, GLOBAL, inline, RLS_TYPE, services } from './support/rls-world.ts'
import { ROOT } from './support/usage-story.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

let service: XcapService
let world: ReturnType<typeof createRlsWorld>
before(async () => {
  service = await startXcapService({ resourceListServers: () => true })
  world = createRlsWorld(service)
})
after(() => service.end())

test('RFC 4826 §4.4.8: the global index is the union of all users, always current', async () => {
  assert.deepEqual(await world.globalUris(), [])
  await world.putAs('alice', services(inline('sip:a1@example.com'), inline('sip:a2@example.com')))
  await world.putAs('bob', services(inline('sip:b@example.com')))
  await world.putAs('carol', services(inline('sip:c@other.example')))
  // Documents of other names are not picked up. §4.4.7
  await world.putAs('bob', services(inline('sip:hidden@example.com')), 'other')
  const all = [
    'sip:a1@example.com',
    'sip:a2@example.com',
    'sip:b@example.com',
    'sip:c@other.example',
  ]
  assert.deepEqual((await world.globalUris()).sort(), all)
  const first = await service.call('GET', GLOBAL)
  assert.equal(first.headers['content-type'], RLS_TYPE)
  const headers = { 'If-None-Match': first.headers.etag ?? '' }
  assert.equal((await service.call('GET', GLOBAL, { headers })).status, 304)
  await world.putAs('bob', services(inline('sip:b@example.com')))
  assert.equal((await service.call('GET', GLOBAL, { headers })).status, 304)
  await world.putAs('bob', services(inline('sip:b2@example.com')))
  assert.equal((await service.call('GET', GLOBAL, { headers })).status, 200)
  assert.ok((await world.globalUris()).includes('sip:b2@example.com'))
  for (const user of ['alice', 'bob', 'carol']) await world.removeAs(user)
  assert.deepEqual(await world.globalUris(), [])
  await world.removeAs('bob', 'other')
})

test("RFC 4826 §4.4.8: the RFC's own users and their union", async () => {
  const fixture = (name: string) =>
    readFileSync(new URL(`../fixtures/documents/rls-services/${name}.xml`, import.meta.url), 'utf8')
  const joe = fixture('rfc4826-4.4.8-joe-corrected').replaceAll('joe@', 'alice@')
  const bob = fixture('rfc4826-4.4.8-bob-corrected')
  assert.equal((await world.putAs('alice', joe)).status, 201)
  assert.equal((await world.putAs('bob', bob)).status, 201)
  assert.deepEqual(await world.globalUris(), [
    'sip:mybuddies@example.com',
    'sip:marketing@example.com',
  ])
  // The example of §4.3 has the same services, and one is bob's.
  const both = fixture('rfc4826-4.3').replaceAll('joe@', 'alice@')
  assert.equal((await world.putAs('alice', both)).status, 409)
  await world.removeAs('bob')
  assert.equal((await world.putAs('alice', both)).status, 200)
  await world.removeAs('alice')
})

test('RFC 4826 §4.4.9: the global index is for resource list servers, and nobody writes it', async () => {
  const closed = await startXcapService()
  for (const as of [undefined, 'alice']) {
    const got = await closed.call('GET', GLOBAL, as === undefined ? {} : { as })
    assert.equal(got.status, 403)
  }
  await closed.end()
  const headers = { 'Content-Type': RLS_TYPE }
  const put = await service.call('PUT', GLOBAL, { as: 'alice', headers, body: services() })
  assert.equal(put.status, 403)
  const other = await service.call('GET', `${ROOT}/rls-services/global/other`)
  assert.equal(other.status, 404)
})

test('RFC 4826 §4.4.9: behind a proxy it is the client that must be a resource list server', async () => {
  const proxied = await startXcapService({
    trustProxy: (address) => address === '127.0.0.1',
    resourceListServers: (address) => ['127.0.0.1', '192.0.2.7'].includes(address),
  })
  const statusFor = async (client: string) => {
    const headers = { 'X-Forwarded-For': client }
    return (await proxied.call('GET', GLOBAL, { headers })).status
  }
  assert.equal(await statusFor('192.0.2.7'), 200)
  assert.equal(await statusFor('192.0.2.8'), 403)
  assert.equal(await statusFor('192.0.2.7, 192.0.2.8'), 403)
  await proxied.end()
})
