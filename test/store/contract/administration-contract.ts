/** Contract of an administration store. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenStore } from './store-under-test.ts'

async function all<T>(records: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const record of records) found.push(record)
  return found
}

export function administrationContract(open: OpenStore): void {
  test('what operators have said survives a restart, and is there once under its kind and key', async (t) => {
    const under = await open(t)
    const before = under.stores().administration
    await before.put('token', 'a\0b', { first: true })
    await before.put('token', 'a\0b', { name: 'Ops', domains: ['example.com'] })
    await before.put('icon-lock', 'a\0b', { since: 1 })
    const { administration } = await under.restart()
    assert.deepEqual(await administration.get('token', 'a\0b'), {
      name: 'Ops',
      domains: ['example.com'],
    })
    assert.deepEqual(await all(administration.list('icon-lock')), [
      { key: 'a\0b', value: { since: 1 } },
    ])
    assert.equal(await administration.get('token', 'a'), undefined)
  })

  test('what operators have taken back is gone', async (t) => {
    const { administration } = (await open(t)).stores()
    await administration.put('banned-image', 'abc', {})
    assert.equal(await administration.remove('banned-image', 'abc'), true)
    assert.equal(await administration.remove('banned-image', 'abc'), false)
    assert.equal(await administration.get('banned-image', 'abc'), undefined)
  })

  test('more records than are read at once are listed in order, all or those behind a key', async (t) => {
    const { administration } = (await open(t)).stores()
    const keys = Array.from({ length: 1_001 }, (_, index) => `k${10_000 + index}`)
    await Promise.all(keys.map((key) => administration.put('held-icon', key, { key })))
    await administration.put('icon-lock', 'other', {})
    const listed = await all(administration.list('held-icon'))
    assert.deepEqual(
      listed,
      keys.map((key) => ({ key, value: { key } })),
    )
    const behind = await all(administration.list('held-icon', keys[600]))
    assert.deepEqual(behind, listed.slice(601))
  })
}
