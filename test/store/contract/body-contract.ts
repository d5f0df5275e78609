/** Contract of a document store for bodies of every length: where one stands must not show. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { DocumentStore } from '../../../core/model/stores.ts'
import { createSeededRandom } from '../../support/seeded-random.ts'
import { alice, bob, listId } from './sample.ts'
import type { OpenStore } from './store-under-test.ts'

const KIBIBYTE = 1024
/** Around every bound at which a store may put a body elsewhere. */
const LENGTHS = [0, 1, 8, 64, 256].flatMap((size) => [size * KIBIBYTE, size * KIBIBYTE + 1])

const content = (body: Buffer) => ({ contentType: 'text/x', body })

/** A body that says of which version it is in every byte. */
const filled = (length: number, version: number) => content(Buffer.alloc(length, version % 251))

export function bodyContract(open: OpenStore): void {
  test('bodies of every length come back byte for byte, after a restart too', async (t) => {
    const under = await open(t)
    const bodies = LENGTHS.map((length) => randomBytes(length))
    const id = (index: number) => ({ ...listId, path: `${index}` })
    for (const [index, body] of bodies.entries()) {
      await under.stores().documents.put(id(index), content(body), {})
    }
    for (const open of [() => under.stores(), () => under.restart()]) {
      const { documents } = await open()
      for (const [index, body] of bodies.entries()) {
        const found = await documents.get(id(index))
        assert.deepEqual(Buffer.from(found!.body), body)
        assert.equal(found!.size, body.length)
      }
      assert.equal((await documents.list(alice)).length, LENGTHS.length)
    }
  })

  test('a body is replaced by one of any other length, and deleted', async (t) => {
    const under = await open(t)
    const replaced = LENGTHS.flatMap((before) => LENGTHS.map((after) => ({ before, after })))
    const id = ({ before, after }: (typeof replaced)[number]) => ({
      ...listId,
      path: `${before} ${after}`,
    })
    const { documents } = under.stores()
    await Promise.all(replaced.map((one) => documents.put(id(one), filled(one.before, 1), {})))
    await Promise.all(replaced.map((one) => documents.put(id(one), filled(one.after, 2), {})))
    const check = async (documents: DocumentStore) => {
      for (const one of replaced) {
        const { body } = (await documents.get(id(one)))!
        assert.deepEqual(Buffer.from(body), Buffer.alloc(one.after, 2), id(one).path)
      }
    }
    await check(documents)
    const later = (await under.restart()).documents
    await check(later)
    await Promise.all(replaced.map((one) => later.delete(id(one), {})))
    for (const one of replaced) assert.equal(await later.get(id(one)), undefined)
  })

  test('what is read while it is replaced again and again is one version, whole', async (t) => {
    const { documents } = (await open(t)).stores()
    const random = createSeededRandom(7)
    const sizes = new Map<string, { length: number; version: number }>()
    let written = false
    const write = async (id: typeof listId) => {
      for (let version = 1; version <= 40; version++) {
        const length = 1 + random.pick([100, 9_000, 20_000, 70_000])
        const outcome = await documents.put(id, filled(length, version), {})
        assert.ok('tag' in outcome)
        sizes.set(outcome.tag, { length, version })
      }
    }
    const seen: { tag: string; body: Uint8Array }[] = []
    const read = async (id: typeof listId) => {
      while (!written) {
        const found = await documents.get(id)
        if (found) seen.push(found)
        await new Promise((next) => setImmediate(next))
      }
    }
    const ids = [listId, { ...listId, tree: bob }]
    const reading = ids.map(read)
    await Promise.all(ids.map(write))
    written = true
    await Promise.all(reading)
    assert.ok(seen.length > 20)
    for (const { tag, body } of seen) {
      const { length, version } = sizes.get(tag)!
      assert.deepEqual(Buffer.from(body), Buffer.alloc(length, version % 251))
    }
  })
}
