/** Contract of a document store that is told how much a tree may hold. RFC 4825 §8.2.5. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Allowance, DocumentStore } from '../../../core/model/stores.ts'
import { createSeededRandom } from '../../support/seeded-random.ts'
import { alice, bob, icon, iconId, listId, text } from './sample.ts'
import type { OpenStore } from './store-under-test.ts'

const named = (path: string, tree = alice) => ({ ...listId, path, tree })
const ofLength = (length: number) => text('x'.repeat(length))
const FULL_OF_DOCUMENTS = { outcome: 'no-room', limit: 'documents' }
const FULL_OF_BYTES = { outcome: 'no-room', limit: 'bytes' }

/** What the store counts, found out by asking: the least allowances under which a write still passes. */
async function totalsOf(documents: DocumentStore, tree = alice) {
  const id = named('probe', tree)
  const passes = async (allowance: Allowance) => {
    const { outcome } = await documents.put(id, ofLength(1), {}, allowance)
    if (outcome === 'created') await documents.delete(id, {})
    return outcome === 'created'
  }
  const least = async (fits: (limit: number) => Promise<boolean>) => {
    let [low, high] = [0, 1_000_000]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (await fits(middle)) high = middle
      else low = middle + 1
    }
    return low - 1
  }
  return {
    documents: await least((limit) => passes({ documents: limit, bytes: Infinity })),
    bytes: await least((limit) => passes({ documents: Infinity, bytes: limit })),
  }
}

export function allowanceContract(open: OpenStore): void {
  test('the last document of an allowance is stored, one more is not', async (t) => {
    const { documents } = (await open(t)).stores()
    const allowance = { documents: 2, bytes: 1_000 }
    const put = (path: string, tree = alice) =>
      documents.put(named(path, tree), ofLength(1), {}, allowance)
    assert.equal((await put('1')).outcome, 'created')
    assert.equal((await put('2')).outcome, 'created')
    assert.deepEqual(await put('3'), FULL_OF_DOCUMENTS)
    assert.equal(await documents.get(named('3')), undefined)
    assert.equal((await put('2')).outcome, 'replaced')
    assert.equal((await put('1', bob)).outcome, 'created', 'others have room of their own')
    await documents.delete(named('1'), {})
    assert.equal((await put('3')).outcome, 'created')
  })

  test('the last byte of an allowance is stored, one more is not', async (t) => {
    const { documents } = (await open(t)).stores()
    const allowance = { documents: 10, bytes: 100 }
    const put = (path: string, length: number) =>
      documents.put(named(path), ofLength(length), {}, allowance)
    assert.equal((await put('a', 60)).outcome, 'created')
    assert.deepEqual(await put('b', 41), FULL_OF_BYTES)
    assert.equal((await put('b', 40)).outcome, 'created')
    assert.deepEqual(await put('c', 1), FULL_OF_BYTES)
    assert.deepEqual(await put('a', 61), FULL_OF_BYTES)
    assert.equal((await put('a', 59)).outcome, 'replaced')
    assert.equal((await put('b', 41)).outcome, 'replaced')
  })

  test('what makes a tree no fuller passes every allowance', async (t) => {
    const { documents } = (await open(t)).stores()
    await documents.put(named('a'), ofLength(500), {})
    await documents.put(named('b'), ofLength(500), {})
    const put = (path: string, length: number) =>
      documents.put(named(path), ofLength(length), {}, { documents: 1, bytes: 10 })
    assert.equal((await put('a', 500)).outcome, 'replaced')
    assert.equal((await put('a', 499)).outcome, 'replaced')
    assert.deepEqual(await put('a', 500), FULL_OF_BYTES)
  })

  test('a condition that does not hold is told before an allowance that is used up', async (t) => {
    const { documents } = (await open(t)).stores()
    const nothing = { documents: 0, bytes: 0 }
    const outcome = await documents.put(listId, ofLength(1), { ifMatch: '*' }, nothing)
    assert.equal(outcome.outcome, 'precondition-failed')
  })

  test('an icon counts as long as its document is, and one without room leaves no image', async (t) => {
    const { documents } = (await open(t)).stores()
    const [first, second] = [icon('a'), icon('b')]
    const bytes = first.body.length + second.body.length
    const put = (name: string, content: typeof first, limit: number) =>
      documents.put(iconId(name), content, {}, { documents: 9, bytes: limit })
    assert.equal((await put('a.png', first, bytes)).outcome, 'created')
    assert.deepEqual(await put('b.png', second, bytes - 1), FULL_OF_BYTES)
    assert.equal(await documents.image(second.icon!.hash), undefined)
    assert.equal((await documents.currentIcon(alice))!.token, 'a')
    assert.equal((await put('b.png', second, bytes)).outcome, 'created')
  })

  test('many writes side by side never exceed the allowance, and use it up', async (t) => {
    const { documents } = (await open(t)).stores()
    const many = (length: number, allowance: Allowance, prefix: string, tree = alice) =>
      Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          // Some bodies stand beside the database, so that their writes take longer.
          documents.put(
            named(`${prefix}${n}`, tree),
            ofLength(n % 3 ? length : 9_000),
            {},
            allowance,
          ),
        ),
      )
    const outcomes = await many(10, { documents: 25, bytes: Infinity }, 'd')
    assert.equal(outcomes.filter(({ outcome }) => outcome === 'created').length, 25)
    assert.equal((await documents.list(alice)).length, 25)

    const ofBytes = await many(1_000, { documents: Infinity, bytes: 50_500 }, 'b', bob)
    const sizes = (await documents.list(bob)).map(({ size }) => size)
    const total = sizes.reduce((sum, size) => sum + size, 0)
    assert.equal(ofBytes.filter(({ outcome }) => outcome === 'created').length, sizes.length)
    assert.ok(total <= 50_500, `${total} bytes`)
    assert.ok(total > 50_500 - 9_000, `no more than ${total} bytes`)
  })

  test('many replacements of one document side by side leave the totals true', async (t) => {
    const { documents } = (await open(t)).stores()
    const random = createSeededRandom(4)
    await Promise.all(
      Array.from({ length: 200 }, () => {
        const id = named(`${random.integer(5)}`)
        return random.chance(0.3)
          ? documents.delete(id, {})
          : documents.put(id, ofLength(random.integer(12_000)), {})
      }),
    )
    const sizes = (await documents.list(alice)).map(({ size }) => size)
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    assert.deepEqual(await totalsOf(documents), { documents: sizes.length, bytes })
  })

  test('the totals survive a restart', async (t) => {
    const under = await open(t)
    const { documents } = under.stores()
    await documents.put(named('a'), ofLength(70), {})
    await documents.put(named('b'), ofLength(20_000), {})
    await documents.put(named('c'), ofLength(5), {})
    await documents.delete(named('c'), {})
    const after = (await under.restart()).documents
    assert.deepEqual(await totalsOf(after), { documents: 2, bytes: 20_070 })
  })
}
