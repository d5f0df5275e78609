/** Many who change one document at once: every change is one step, and none is lost. RFC 4825 §8.2.6. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startNodeWorld, type NodeWorld } from './support/node-world.ts'

const CLIENTS = 100

let world: NodeWorld

before(async () => {
  world = await startNodeWorld()
})

after(() => world.service.end())

const everybody = (client: (index: number) => Promise<void>) =>
  Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index)))

test('a hundred clients that increment one attribute by compare-and-swap lose no update', async () => {
  await world.put('', '<root xmlns="test-app" count="0"/>')
  await everybody(async () => {
    for (;;) {
      const { text, headers } = await world.call('GET', 'root/@count')
      const put = await world.put('root/@count', String(Number(text) + 1), {
        'If-Match': headers.etag ?? assert.fail(),
      })
      if (put.status === 200) return
      assert.equal(put.status, 412)
    }
  })
  assert.equal((await world.call('GET', 'root/@count')).text, String(CLIENTS))
})

test('a hundred elements that are put side by side without conditions all stay', async () => {
  await world.put('', '<root xmlns="test-app"></root>')
  const tags = new Set<string | undefined>()
  await everybody(async (index) => {
    const put = await world.put(`root/item[@id="${index}"]`, `<item id="${index}"/>`)
    assert.equal(put.status, 201)
    tags.add(put.headers.etag)
  })
  assert.equal(tags.size, CLIENTS, 'every change made a version of its own')
  const text = await world.text()
  assert.equal(text.match(/<item /g)?.length, CLIENTS)
  for (let index = 0; index < CLIENTS; index++) assert.ok(text.includes(`<item id="${index}"/>`))
})

test('documents that are put whole meanwhile do not undo, and are not undone by, changes of nodes', async () => {
  const whole = (index: number) => `<root xmlns="test-app"><from>${index}</from></root>`
  await world.put('', whole(-1))
  await everybody(async (index) => {
    const put =
      index % 5 === 0
        ? await world.put('', whole(index))
        : await world.put('root/item', `<item>${index}</item>`)
    assert.ok(put.status === 200 || put.status === 201, `${put.status} ${put.text}`)
  })
  assert.match(
    await world.text(),
    /^<root xmlns="test-app"><from>-?\d+<\/from>(<item>\d+<\/item>)?<\/root>$/,
  )
})

test('those who read a large document while it is replaced get one version or the other, never nothing', async () => {
  const filler = 'x'.repeat(20_000)
  const version = (index: number) => `<root xmlns="test-app" v="${index}">${filler}${index}</root>`
  await world.put('', version(0))
  let writing = true
  const writer = (async () => {
    for (let index = 1; index <= 60; index++) await world.put('', version(index))
    writing = false
  })()
  const reader = async (node: string) => {
    while (writing) {
      const { status, text } = await world.call('GET', node)
      assert.equal(status, 200)
      const index = /v="(\d+)"/.exec(text)?.[1] ?? assert.fail(text.slice(0, 80))
      assert.ok(text.endsWith(`x${index}</root>`))
    }
  }
  await Promise.all([writer, reader(''), reader('root'), reader('')])
})
