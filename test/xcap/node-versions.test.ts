/** Which version of a document node requests work on, and what reading it costs. RFC 4825 §8.2.6, §8.5. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { readSource } from '../../core/documents/source-reader.ts'
import { entityTag } from '../../core/model/entity-tag.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import { createDocumentTrees } from '../../xcap-server/document-trees.ts'
import { startNodeWorld, type NodeWorld } from './support/node-world.ts'
import { startXcapService } from './support/xcap-service.ts'

/** A world on a store of which `change` alters what it will. */
async function worldOn(
  t: TestContext,
  change: (store: DocumentStore) => Partial<DocumentStore>,
): Promise<NodeWorld> {
  const below = await startXcapService()
  const { documents, changes, accounts } = below.store
  const world = await startNodeWorld({
    documents: { ...documents, ...change(documents) },
    changes,
    accounts,
  })
  t.after(async () => {
    await world.service.end()
    await below.end()
  })
  return world
}

test('a node of a document that did not change is found without reading the document again', async (t) => {
  let reads = 0
  const world = await worldOn(t, (store) => ({
    get: (id) => {
      reads++
      return store.get(id)
    },
  }))
  await world.put('', '<root xmlns="test-app"><item id="1"/></root>')
  for (let time = 0; time < 3; time++) {
    assert.equal((await world.call('GET', 'root/item/@id')).text, '1')
  }
  assert.equal(reads, 1)
  assert.equal((await world.put('root/item/@id', '2')).status, 200)
  assert.equal((await world.call('GET', 'root/item/@id')).text, '2', 'nor after a change of a node')
  assert.equal(reads, 1)
  await world.put('', '<root xmlns="test-app"><item id="3"/></root>')
  assert.equal((await world.call('GET', 'root/item/@id')).text, '3')
  assert.equal(reads, 2)
})

/** Before each of the first `times` puts of a node somebody at another server puts a whole document. */
function overtaking(store: DocumentStore, overtaken: { times: number }): Partial<DocumentStore> {
  return {
    put: async (id, content, conditions, allowance) => {
      if (conditions.ifMatch !== undefined && overtaken.times > 0) {
        overtaken.times--
        const body = Buffer.from(`<root xmlns="test-app"><other left="${overtaken.times}"/></root>`)
        await store.put(id, { ...content, body }, {})
      }
      return store.put(id, content, conditions, allowance)
    },
  }
}

test('RFC 4825 §8.2.6: a change of a node that was overtaken begins again from the new version', async (t) => {
  const overtaken = { times: 0 }
  const world = await worldOn(t, (store) => overtaking(store, overtaken))
  await world.put('', '<root xmlns="test-app"><item/></root>')
  overtaken.times = 3
  const put = await world.put('root/item[@id="1"]', '<item id="1"/>')
  assert.equal(put.status, 201)
  assert.equal(await world.text(), '<root xmlns="test-app"><other left="0"/><item id="1"/></root>')
  assert.equal((await world.call('GET', '')).headers.etag, put.headers.etag)
})

test('RFC 4825 §8.2.6: overtaken under a condition that no longer holds, it is 412', async (t) => {
  const overtaken = { times: 0 }
  const world = await worldOn(t, (store) => overtaking(store, overtaken))
  const { headers } = await world.put('', '<root xmlns="test-app"><item/></root>')
  overtaken.times = 1
  const put = await world.put('root/item', '<item>late</item>', {
    'If-Match': headers.etag ?? assert.fail(),
  })
  assert.equal(put.status, 412)
  assert.doesNotMatch(await world.text(), /late/)
})

test('a change that is overtaken again and again ends with 503 and Retry-After', async (t) => {
  const overtaken = { times: 0 }
  const world = await worldOn(t, (store) => overtaking(store, overtaken))
  await world.put('', '<root xmlns="test-app"><other/></root>')
  overtaken.times = Infinity
  const put = await world.put('root/item', '<item/>')
  assert.equal(put.status, 503)
  assert.equal(put.headers['retry-after'], '1')
})

test('trees that were read are held within bounds, and let go of with their version', () => {
  const text = (name: string) => `<${name} xmlns="test-app">${'x'.repeat(1000)}</${name}>`
  const trees = createDocumentTrees({ capacity: 2500 })
  let reads = 0
  const of = (name: string) =>
    trees.of(entityTag(name), () => {
      reads++
      return Buffer.from(text(name))
    })
  of('a')
  of('b')
  of('a')
  assert.equal(reads, 2)
  of('c')
  of('b')
  assert.equal(reads, 3, 'the third put out the first')
  of('a')
  assert.equal(reads, 4)
  trees.forget(entityTag('a'))
  of('a')
  assert.equal(reads, 5)
  const reading = readSource(text('kept'))
  if (reading.error !== undefined) assert.fail(reading.detail)
  trees.keep(entityTag('kept'), reading.value)
  assert.equal(of('kept'), reading.value)
  assert.equal(reads, 5)
})
