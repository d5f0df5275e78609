/** Contract of an account store. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Aor } from '../../../core/uri/aor.ts'
import { account, alice, bob } from './sample.ts'
import type { OpenStore } from './store-under-test.ts'

const extension = 'sip:101@example.com' as Aor
const telephone = 'tel:+49301234' as Aor

export function accountContract(open: OpenStore): void {
  test('an account is found by its address, its aliases and its usernames', async (t) => {
    const { accounts } = (await open(t)).stores()
    const stored = account(alice, ['alice', 'alice@example.com'], [extension, telephone])
    assert.equal(await accounts.find(alice), undefined)
    assert.equal(await accounts.find(extension), undefined)
    assert.equal(await accounts.findByUsername('example.com', 'alice'), undefined)
    assert.equal(await accounts.isEmpty(), true)
    assert.deepEqual(await accounts.put(stored), { outcome: 'created' })
    for (const address of [alice, extension, telephone]) {
      assert.deepEqual(await accounts.find(address), stored)
    }
    for (const username of ['alice', 'alice@example.com']) {
      assert.deepEqual(await accounts.findByUsername('example.com', username), stored)
    }
    assert.equal(await accounts.findByUsername('other.com', 'alice'), undefined)
    assert.equal(await accounts.findByUsername('example.com', 'al\u0000ice'), undefined)
    assert.equal(await accounts.isEmpty(), false)
  })

  test('names that an account gives up lead nowhere and can be taken by another', async (t) => {
    const { accounts } = (await open(t)).stores()
    await accounts.put(account(alice, ['alice'], [extension]))
    await accounts.find(extension)
    await accounts.findByUsername('example.com', 'alice')
    assert.deepEqual(await accounts.put(account(alice, ['a'], [])), { outcome: 'replaced' })
    assert.equal(await accounts.find(extension), undefined)
    assert.equal(await accounts.findByUsername('example.com', 'alice'), undefined)
    assert.deepEqual(await accounts.put(account(bob, ['alice'], [extension])), {
      outcome: 'created',
    })
    assert.equal((await accounts.find(extension))!.aor, bob)
  })

  test('a name that another account has is refused, and nothing is written', async (t) => {
    const { accounts } = (await open(t)).stores()
    const first = account(alice, ['alice'], [extension])
    await accounts.put(first)
    const taken = { outcome: 'taken', by: alice }
    assert.deepEqual(await accounts.put(account(bob, ['bob'], [extension])), taken)
    assert.deepEqual(await accounts.put(account(bob, ['alice'])), taken)
    assert.deepEqual(await accounts.put(account(bob, ['bob'], [alice])), taken)
    assert.deepEqual(await accounts.put(account(extension, ['101'])), taken)
    assert.equal(await accounts.find(bob), undefined)
    assert.deepEqual(await accounts.find(extension), first)
  })

  test('of many accounts that want one alias at once exactly one gets it', async (t) => {
    const { accounts } = (await open(t)).stores()
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        accounts.put(account(`sip:u${n}@example.com` as Aor, [`u${n}`], [extension])),
      ),
    )
    assert.equal(outcomes.filter(({ outcome }) => outcome === 'created').length, 1)
    const owner = (await accounts.find(extension))!.aor
    for (const result of outcomes) if (result.outcome === 'taken') assert.equal(result.by, owner)
  })

  test('a removed account leaves nothing behind', async (t) => {
    const { accounts } = (await open(t)).stores()
    await accounts.put(account(alice, ['alice'], [extension]))
    assert.equal(await accounts.remove(extension), false)
    assert.equal(await accounts.remove(alice), true)
    assert.equal(await accounts.remove(alice), false)
    assert.equal(await accounts.find(alice), undefined)
    assert.equal(await accounts.find(extension), undefined)
    assert.equal(await accounts.findByUsername('example.com', 'alice'), undefined)
    assert.equal(await accounts.isEmpty(), true)
  })

  test('every change of an account is heard', async (t) => {
    const { accounts, changes } = (await open(t)).stores()
    const heard: unknown[] = []
    changes.subscribe((change) => heard.push(change))
    await accounts.put(account(alice, ['alice']))
    await accounts.put(account(bob, ['alice']))
    await accounts.remove(alice)
    assert.deepEqual(heard, Array(2).fill({ kind: 'account', aor: alice }))
  })

  test('accounts and their names survive a restart, and all are listed', async (t) => {
    const under = await open(t)
    const stored = [account(alice, ['alice'], [extension]), account(bob, ['bob'])]
    await Promise.all(stored.map((one) => under.stores().accounts.put(one)))
    const { accounts } = await under.restart()
    assert.deepEqual(await accounts.find(extension), stored[0])
    assert.deepEqual(await accounts.findByUsername('example.com', 'bob'), stored[1])
    const listed = []
    for await (const one of accounts.list()) listed.push(one)
    assert.deepEqual(listed, stored)
  })
}
