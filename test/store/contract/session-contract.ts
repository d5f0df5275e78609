/** Contract of a session store. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { BrowserSession } from '../../../core/model/browser-session.ts'
import type { Aor } from '../../../core/uri/aor.ts'
import { account, alice, bob, hash } from './sample.ts'
import type { OpenStore, StoreUnderTest } from './store-under-test.ts'

const HOUR = 3_600_000

function session(under: StoreUnderTest, aor: Aor = alice, lifetime = HOUR): BrowserSession {
  const created = under.clock.now()
  return {
    id: hash('sha256', Buffer.from(randomUUID())),
    ...{ aor, created, expires: created + lifetime, remembered: lifetime > HOUR },
    credentials: account(aor, ['alice']).credentials,
  }
}

async function openWith(open: OpenStore, t: Parameters<OpenStore>[0]) {
  const under = await open(t)
  const { sessions, accounts } = under.stores()
  await accounts.put(account(alice, ['alice']))
  await accounts.put(account(bob, ['bob']))
  return { under, sessions, accounts }
}

export function sessionContract(open: OpenStore): void {
  test('a session is found by the hash of its token and by its account, until it is removed', async (t) => {
    const { under, sessions } = await openWith(open, t)
    assert.deepEqual(await sessions.ofAccount(alice), [])
    const [first, second, bobs] = [session(under), session(under), session(under, bob)]
    for (const one of [first, second, bobs]) assert.equal(await sessions.add(one), 'stored')
    assert.deepEqual(await sessions.find(first.id), first)
    assert.deepEqual(await sessions.ofAccount(alice), [first, second])
    assert.deepEqual(await sessions.ofAccount(bob), [bobs])
    assert.equal(await sessions.remove(first.id), true)
    assert.equal(await sessions.remove(first.id), false)
    assert.equal(await sessions.find(first.id), undefined)
    assert.deepEqual(await sessions.ofAccount(alice), [second])
    assert.equal(await sessions.find('nothing'), undefined)
  })

  test('sessions survive a restart', async (t) => {
    const { under, sessions } = await openWith(open, t)
    const stored = session(under, alice, 24 * HOUR)
    await sessions.add(stored)
    const { sessions: again } = await under.restart()
    assert.deepEqual(await again.find(stored.id), stored)
    assert.deepEqual(await again.ofAccount(alice), [stored])
  })

  test('a session whose time is over is given to nobody, and cannot be prolonged', async (t) => {
    const { under, sessions } = await openWith(open, t)
    const stored = session(under)
    await sessions.add(stored)
    under.clock.advance(HOUR - 1)
    assert.deepEqual(await sessions.find(stored.id), stored)
    under.clock.advance(1)
    assert.equal(await sessions.find(stored.id), undefined)
    assert.deepEqual(await sessions.ofAccount(alice), [])
    assert.equal(await sessions.prolong(stored.id, under.clock.now() + HOUR), undefined)
    assert.equal(await sessions.find(stored.id), undefined)
  })

  test('a session that is prolonged lasts until its new time, across a restart', async (t) => {
    const { under, sessions } = await openWith(open, t)
    const stored = session(under)
    await sessions.add(stored)
    const expires = stored.expires + HOUR
    assert.deepEqual(await sessions.prolong(stored.id, expires), { ...stored, expires })
    under.clock.advance(HOUR)
    assert.deepEqual(await sessions.find(stored.id), { ...stored, expires })
    const { sessions: again } = await under.restart()
    assert.deepEqual(await again.find(stored.id), { ...stored, expires })
    assert.equal(await again.prolong('nothing', expires), undefined)
  })

  test('the seventeenth session of an account ends its oldest, and nobody else’s', async (t) => {
    const { under, sessions } = await openWith(open, t)
    const bobs = session(under, bob)
    await sessions.add(bobs)
    const all: BrowserSession[] = []
    for (let n = 0; n < 17; n++) {
      under.clock.advance(1)
      const one = session(under)
      all.push(one)
      await sessions.add(one)
      // Who was used last is not thereby the newest.
      if (n === 15) await sessions.prolong(all[0]!.id, one.expires + HOUR)
    }
    assert.deepEqual(await sessions.ofAccount(alice), all.slice(1))
    assert.equal(await sessions.find(all[0]!.id), undefined)
    assert.deepEqual(await sessions.find(bobs.id), bobs)
  })

  test('sessions that are opened and ended at once are all opened and ended', async (t) => {
    const { under, sessions } = await openWith(open, t)
    const [kept, gone] = [5, 5].map((count) =>
      Array.from({ length: count }, () => session(under)),
    ) as [BrowserSession[], BrowserSession[]]
    await Promise.all(gone.map((one) => sessions.add(one)))
    await Promise.all([
      ...kept.map((one) => sessions.add(one)),
      ...gone.map((one) => sessions.remove(one.id)),
    ])
    const left = new Set((await sessions.ofAccount(alice)).map(({ id }) => id))
    assert.deepEqual(left, new Set(kept.map(({ id }) => id)))
  })

  test('sweeping forgets what is over and nothing else', async (t) => {
    const { under, sessions } = await openWith(open, t)
    const [short, long] = [session(under), session(under, alice, 3 * HOUR)]
    const bobs = session(under, bob)
    for (const one of [short, long, bobs]) await sessions.add(one)
    assert.equal(await sessions.sweep(), 0)
    under.clock.advance(2 * HOUR)
    assert.equal(await sessions.sweep(), 2)
    assert.equal(await sessions.sweep(), 0)
    assert.equal(await sessions.remove(short.id), false)
    assert.deepEqual(await sessions.ofAccount(alice), [long])
  })

  test('an account that gets other credentials, or is removed, has no sessions any more', async (t) => {
    const { under, sessions, accounts } = await openWith(open, t)
    const [first, bobs] = [session(under), session(under, bob)]
    await sessions.add(first)
    await sessions.add(bobs)
    await sessions.ofAccount(alice)
    await accounts.put({ ...account(alice, ['alice']), name: 'Alice' })
    assert.deepEqual(await sessions.find(first.id), first, 'a new name ends nothing')
    await accounts.put(account(alice, ['alice', 'al']))
    assert.equal(await sessions.find(first.id), undefined)
    assert.deepEqual(await sessions.ofAccount(alice), [])
    await accounts.remove(bob)
    assert.equal(await sessions.find(bobs.id), undefined)
    await accounts.put(account(bob, ['bob']))
    const { sessions: again } = await under.restart()
    assert.deepEqual(await again.ofAccount(bob), [], 'the next holder of the address gets none')
  })
}
