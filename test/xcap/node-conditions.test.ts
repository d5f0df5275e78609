/** Conditions on elements and attributes are conditions on their document's tag. RFC 4825 §7.11, §8.2.6, RFC 9110 §13. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { DOCUMENT, startNodeWorld, type NodeWorld } from './support/node-world.ts'

const SOURCE = '<root xmlns="test-app"><item id="1">x</item></root>'
const NODES: [node: string, body: string][] = [
  ['root/item[@id="1"]', '<item id="1">y</item>'],
  ['root/item[@id="2"]', '<item id="2"/>'],
  ['root/item[@id="1"]/@mark', 'z'],
]

let world: NodeWorld
/** Of the document, without quotes. */
let tag: string

before(async () => {
  world = await startNodeWorld()
})

after(() => world.service.end())

beforeEach(async () => {
  tag = tagOf(await world.put('', SOURCE))
})

const tagOf = ({ headers }: { headers: { etag?: string | undefined } }) =>
  (headers.etag ?? assert.fail()).replaceAll('"', '')

/** TAG stands for the document's. */
const WRITES: [field: string, value: string, holds: boolean][] = [
  ['If-Match', '"TAG"', true],
  ['If-Match', 'TAG', true],
  ['If-Match', '*', true],
  ['If-Match', '"other", "TAG"', true],
  ['If-Match', '"other"', false],
  ['If-Match', 'W/"TAG"', false],
  ['If-None-Match', '"other"', true],
  ['If-None-Match', '"TAG"', false],
  ['If-None-Match', 'W/"TAG"', false],
  // Even where the node is new: its tag is the document's. RFC 4825 §8.2.6
  ['If-None-Match', '*', false],
]

for (const [field, value, holds] of WRITES) {
  test(`RFC 4825 §8.2.6: ${field}: ${value} on a PUT of a node`, async () => {
    for (const [node, body] of NODES) {
      const before = await world.text()
      const put = await world.put(node, body, { [field]: value.replace('TAG', tag) })
      if (holds) {
        assert.ok([200, 201].includes(put.status), `${node}: ${put.status}`)
        assert.notEqual(tagOf(put), tag)
      } else {
        assert.equal(put.status, 412, node)
        assert.equal(tagOf(put), tag, 'which version is there')
        assert.equal(await world.text(), before, 'nothing is changed')
      }
      tag = tagOf(put)
    }
  })
}

test('RFC 4825 §7.11: a DELETE of a node under conditions, and 404 before 412', async () => {
  const remove = (node: string, ifMatch: string) =>
    world.call('DELETE', node, { headers: { 'If-Match': ifMatch } })
  assert.equal((await remove('root/item/@id', '"other"')).status, 412)
  assert.equal(await world.text(), SOURCE)
  assert.equal((await remove('root/absent', '"other"')).status, 404)
  const removed = await remove('root/item/@id', `"${tag}"`)
  assert.equal(removed.status, 200)
  assert.equal((await remove('root/item', `"${tag}"`)).status, 412, 'that was another version')
  assert.equal((await remove('root/item', `"${tagOf(removed)}"`)).status, 200)
})

test('RFC 4825 §7.11: a GET of a node under conditions', async () => {
  const cases: [field: string, value: string, status: number][] = [
    ['If-None-Match', `"${tag}"`, 304],
    ['If-None-Match', `W/"${tag}"`, 304],
    ['If-None-Match', tag, 304],
    ['If-None-Match', '*', 304],
    ['If-None-Match', '"other"', 200],
    ['If-Match', `"${tag}"`, 200],
    ['If-Match', '"other"', 412],
  ]
  for (const node of ['root/item', 'root/item/@id', 'root/item/namespace::*']) {
    for (const [field, value, status] of cases) {
      const got = await world.call('GET', node, { headers: { [field]: value } })
      assert.equal(got.status, status, `${node} ${field}: ${value}`)
      assert.equal(tagOf(got), tag)
    }
    const absent = node.replace('item', 'absent')
    const headers = { 'If-None-Match': `"${tag}"` }
    assert.equal((await world.call('GET', absent, { headers })).status, 404, absent)
  }
})

test('RFC 9110 §13.1.1: If-Match on a node of a document that is not there is 412', async () => {
  const document = DOCUMENT.replace('index', 'absent')
  const put = (headers: Record<string, string>) =>
    world.call('PUT', 'root', {
      document,
      body: '<root/>',
      headers: { 'Content-Type': 'application/xcap-el+xml', ...headers },
    })
  assert.equal((await put({ 'If-Match': '*' })).status, 412)
  assert.equal((await put({ 'If-None-Match': '*' })).status, 409)
})

test('an identical PUT of a node is checked like any other', async () => {
  const [node, body] = ['root/item[@id="1"]', '<item id="1">x</item>']
  assert.equal((await world.put(node, body, { 'If-Match': '"other"' })).status, 412)
  assert.equal((await world.put(node, body, { 'If-Match': `"${tag}"` })).status, 200)
  assert.equal(await world.text(), SOURCE)
})

test('the tag of a node’s PUT serves for the next change of any node (§7.11)', async () => {
  for (const [node, body] of NODES) {
    const put = await world.put(node, body, { 'If-Match': `"${tag}"` })
    assert.ok(put.status < 300, node)
    tag = tagOf(put)
  }
  assert.equal((await world.put('', SOURCE, { 'If-Match': `"${tag}"` })).status, 200)
})
