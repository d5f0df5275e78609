/** Methods at nodes and at computed documents: which are taken, and what is said of the others. RFC 4825 §8, RFC 9110 §9. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DOCUMENT, startNodeWorld, type NodeWorld } from './support/node-world.ts'

const ALL = 'GET, PUT, DELETE, HEAD, OPTIONS'
const READ = 'GET, HEAD, OPTIONS'
const CAPS = '/xcap-root/xcap-caps/global/index'
const DIRECTORY =
  '/xcap-root/org.openmobilealliance.xcap-directory/users/sip:alice@example.com/directory.xml'

let world: NodeWorld

before(async () => {
  world = await startNodeWorld()
  assert.equal((await world.put('', '<root xmlns="test-app"><item/></root>')).status, 201)
})

after(() => world.service.end())

test('RFC 4825 §8.2, §8.4: namespace::* takes only GET, which is said before anybody is asked', async () => {
  for (const method of ['PUT', 'DELETE']) {
    for (const node of ['root/namespace::*', 'root/absent/namespace::*']) {
      const got = await world.service.call(method, `${DOCUMENT}/~~/${node}`, { body: '<root/>' })
      assert.equal(got.status, 405, `${method} ${node}`)
      assert.equal(got.headers.allow, 'GET')
      assert.equal(got.headers['www-authenticate'], undefined)
    }
  }
})

test('RFC 9110 §10.2.1: OPTIONS and 405 name the methods that the address really takes', async () => {
  const cases: [target: string, allow: string][] = [
    [DOCUMENT, ALL],
    [`${DOCUMENT}/~~/root/item`, ALL],
    [`${DOCUMENT}/~~/root/item/@id`, ALL],
    [`${DOCUMENT}/~~/root/namespace::*`, READ],
    [CAPS, READ],
    [`${CAPS}/~~/xcap-caps/auids`, READ],
    [DIRECTORY, READ],
    ['/xcap-root/unknown/users/sip:alice@example.com/index', ALL],
  ]
  for (const [target, allow] of cases) {
    const options = await world.service.call('OPTIONS', target)
    assert.equal(options.status, 200, target)
    assert.equal(options.headers.allow, allow, target)
    for (const method of ['POST', 'PATCH', 'PROPFIND', 'TRACE']) {
      const got = await world.service.call(method, target)
      assert.equal(got.status, 405, `${method} ${target}`)
      assert.equal(got.headers.allow, allow)
    }
  }
  for (const target of [CAPS, `${CAPS}/~~/xcap-caps/auids`, DIRECTORY]) {
    for (const method of ['PUT', 'DELETE']) {
      const got = await world.service.call(method, target)
      assert.equal(got.status, 405, `${method} ${target}`)
      assert.equal(got.headers.allow, READ)
    }
  }
})

test('CORS: a page of any origin may change nodes with credentials of its own', async () => {
  const preflight = await world.service.call('OPTIONS', `${DOCUMENT}/~~/root/item`, {
    headers: { Origin: 'https://softphone.example', 'Access-Control-Request-Method': 'DELETE' },
  })
  assert.equal(preflight.headers['access-control-allow-origin'], '*')
  assert.equal(preflight.headers['access-control-allow-methods'], ALL)
  assert.match(preflight.headers['access-control-allow-headers'] ?? '', /If-Match, If-None-Match/)
  const refused = await world.put('root/item', '<other/>')
  assert.equal(refused.status, 409)
  assert.equal(
    refused.headers['access-control-allow-origin'],
    '*',
    'the page may read the conflict',
  )
})

test('RFC 4825 §5.7: only the owner changes nodes, and nobody else reads them', async () => {
  const ask = (method: string, as?: string) =>
    world.service.call(method, `${DOCUMENT}/~~/root/item`, {
      headers: {
        'Content-Type': 'application/xcap-el+xml',
        ...(as !== undefined && { 'X-3GPP-Asserted-Identity': `"sip:${as}@example.com"` }),
      },
      ...(method === 'PUT' && { body: '<item/>' }),
    })
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
    assert.equal((await ask(method)).status, 401, method)
    assert.equal((await ask(method, 'bob')).status, 403, method)
  }
  const global = '/xcap-root/test-app/global/index/~~/root'
  const put = await world.service.call('PUT', global, { body: '<root/>' })
  assert.equal(put.status, 403)
})

test('Jitsi: Content-Encoding: UTF-8 on a node is tolerated, a real compression is 415', async () => {
  const put = (coding: string) => world.put('root/item', '<item/>', { 'Content-Encoding': coding })
  assert.equal((await put('UTF-8')).status, 200)
  assert.equal((await put('gzip')).status, 415)
})
