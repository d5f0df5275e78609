/** Contract of a store whose domains have a quota for all their people together. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Account } from '../../../core/model/account.ts'
import { createDomains, type DomainQuota } from '../../../core/model/domain.ts'
import { parseAor, type Aor } from '../../../core/uri/aor.ts'
import { AccountProblem } from '../../../service/account-problem.ts'
import { withDomainQuota } from '../../../service/moderation/domain-quota.ts'
import { listId, text } from './sample.ts'
import type { OpenStore } from './store-under-test.ts'

const person = (name: string, domain = 'example.com') => parseAor(`${name}@${domain}`)!
const account = (aor: Aor): Account => ({ aor, aliases: [], credentials: [] })
const named = (path: string, tree: Aor) => ({ ...listId, path, tree })
const ofLength = (length: number) => text('x'.repeat(length))
const ALLOWANCE = { documents: 100, bytes: 1_000_000 }

async function limited(open: OpenStore, t: TestContext, quota: DomainQuota) {
  const under = await open(t)
  const domain = (name: string) => ({
    ...{ name, realm: name, aliases: [], externalAccounts: false },
    defaultPolicy: 'allow-domain' as const,
  })
  const domains = createDomains([{ ...domain('example.com'), quota }, domain('other.example')])
  const now = () => under.clock.now()
  const within = () => withDomainQuota(under.stores(), { domains, now })
  return { under, within, usages: () => under.stores().usages! }
}

export function domainQuotaContract(open: OpenStore): void {
  test('all people of a domain together have no more documents and bytes than its quota', async (t) => {
    const { within, usages } = await limited(open, t, { documents: 3, bytes: 100 })
    const { documents } = within()
    const put = (path: string, name: string, length: number, domain?: string) =>
      documents.put(named(path, person(name, domain)), ofLength(length), {}, ALLOWANCE)
    assert.equal((await put('1', 'alice', 40)).outcome, 'created')
    assert.equal((await put('1', 'bob', 40)).outcome, 'created')
    const full = { outcome: 'no-room', ofDomain: true, allowance: { documents: 3, bytes: 100 } }

    assert.deepEqual(await put('2', 'bob', 21), { ...full, limit: 'bytes' })
    assert.equal((await put('2', 'bob', 20)).outcome, 'created')
    assert.deepEqual(await put('1', 'carol', 0), { ...full, limit: 'documents' })
    assert.equal((await put('1', 'alice', 30)).outcome, 'replaced')
    assert.equal((await put('1', 'alice', 500, 'other.example')).outcome, 'created')
    assert.deepEqual(await usages().of('example.com'), { users: 0, documents: 3, bytes: 90 })

    await documents.delete(named('2', person('bob')), {})
    assert.equal((await put('1', 'carol', 30)).outcome, 'created')
    const condition = { ifMatch: '*' } as const
    const failed = await documents.put(named('9', person('dan')), ofLength(1), condition, ALLOWANCE)
    assert.equal(failed.outcome, 'precondition-failed', 'conditions are judged first')
  })

  test('what the operator stores counts in a quota of the domain and is not refused', async (t) => {
    const { within, under } = await limited(open, t, { documents: 1 })
    await under.stores().documents.put(named('before', person('alice')), ofLength(1), {})
    const { documents } = within()
    const id = named('1', person('alice'))

    assert.equal((await documents.put(id, ofLength(1), {}, ALLOWANCE)).outcome, 'no-room')
    assert.equal((await documents.put(id, ofLength(1), {})).outcome, 'created')
    await documents.delete(id, {})
    await documents.delete(named('before', person('alice')), {})
    assert.equal((await documents.put(id, ofLength(1), {}, ALLOWANCE)).outcome, 'created')
  })

  test('many writes side by side use up the quota of a domain and do not exceed it', async (t) => {
    const { within, usages } = await limited(open, t, { documents: 20, users: 7 })
    const { documents, accounts } = within()
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        documents.put(named(`${n % 30}`, person(`p${n % 3}`)), ofLength(n), {}, ALLOWANCE),
      ),
    )
    const added = await Promise.allSettled(
      Array.from({ length: 15 }, (_, n) => accounts.put(account(person(`p${n}`)))),
    )

    assert.equal(outcomes.filter(({ outcome }) => outcome === 'created').length, 20)
    assert.equal(added.filter(({ status }) => status === 'fulfilled').length, 7)
    const { users, documents: count } = await usages().of('example.com')
    assert.deepEqual({ users, count }, { users: 7, count: 20 })
  })

  test('an account beyond the quota of its domain is refused in words; changed and removed they go on', async (t) => {
    const { within } = await limited(open, t, { users: 1 })
    const { accounts } = within()
    const [alice, bob] = [person('alice'), person('bob')]
    await accounts.put(account(alice))

    await assert.rejects(accounts.put(account(bob)), (error) => {
      assert.ok(error instanceof AccountProblem)
      assert.equal(error.kind, 'conflict')
      return /example\.com may have no more than 1 accounts/.test(error.message)
    })
    assert.equal((await accounts.put({ ...account(alice), name: 'A' })).outcome, 'replaced')
    assert.equal((await accounts.put(account(person('bob', 'other.example')))).outcome, 'created')
    assert.equal(await accounts.remove(alice), true)
    assert.equal((await accounts.put(account(bob))).outcome, 'created')
  })
}
