/** Accounts that a look-up hook knows: who is let in, who is not, and what happens when the hook does not do its part. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { describe, test, type TestContext } from 'node:test'
import type { Change } from '../../core/model/change-feed.ts'
import { createDomains, type Domain } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { BrowserSession } from '../../core/model/browser-session.ts'
import type { Account } from '../../core/model/account.ts'
import { StoreUnavailable } from '../../core/model/store-unavailable.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { createAccountLookup } from '../../service/external-accounts/account-lookup.ts'
import { withExternalAccounts } from '../../service/external-accounts/external-accounts.ts'
import { createLookupRequest } from '../../service/external-accounts/lookup-request.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { openLookupHook, says, type HookAnswer } from './lookup-hook.ts'

const domain = (name: string, more: Partial<Domain> = {}): Domain => ({
  ...{ name, realm: name, aliases: [], defaultPolicy: 'allow-domain', externalAccounts: false },
  ...more,
})
const domains = createDomains([
  domain('example.com', { lookup: true, aliases: ['example.net'] }),
  domain('stored.test'),
])
const aor = (text: string) => parseAor(text)!
const md5 = (text: string) => createHash('md5').update(text).digest('hex')

const HA1 = md5('alice:example.com:secret')
const ALICE = { ha1: HA1, name: 'Alice', aliases: ['sip:101@example.com', 'tel:+4930123'] }
const SECONDS = 1000

/** As much of a store as is asked for here. */
function storeInMemory(): OpenedStore {
  const accounts = new Map<string, Account>()
  const records = new Map<string, unknown>()
  let sessions: BrowserSession[] = []
  const store: unknown = {
    accounts: {
      find: (address: string) => accounts.get(address),
      findByUsername: () => undefined,
      put: (account: Account) => accounts.set(account.aor, account),
    },
    sessions: {
      add: (session: BrowserSession) => sessions.push(session),
      ofAccount: (owner: string) => sessions.filter((session) => session.aor === owner),
      remove(gone: string) {
        sessions = sessions.filter(({ id }) => id !== gone)
      },
    },
    changes: { subscribe: () => () => undefined },
    administration: {
      get: (_kind: string, key: string) => Promise.resolve(records.get(key)),
      put: (_kind: string, key: string, value: unknown) =>
        Promise.resolve(void records.set(key, JSON.parse(JSON.stringify(value)))),
      remove: (_kind: string, key: string) => Promise.resolve(records.delete(key)),
    },
  }
  return store as OpenedStore
}

/** `stored`: what is left of a service before. */
async function openWorld(t: TestContext, answer: HookAnswer, stored = storeInMemory()) {
  const hook = await openLookupHook(t, answer)
  const clock = createManualClock()
  const { log, lines } = recordingLog()
  const request = createLookupRequest({ url: hook.url, token: 'T', timeout: 2 * SECONDS, clock })
  const store = withExternalAccounts({
    ...{ store: stored, domains, clock, log, lifetime: 60 * SECONDS },
    lookup: createAccountLookup({ request, domains, clock, log }),
  })
  const changes: Change[] = []
  store.changes.subscribe((change) => changes.push(change))
  const signIn = (username = 'alice') => store.accounts.findByUsername('example.com', username)
  return { hook, clock, stored, store, accounts: store.accounts, changes, lines, signIn }
}

function recordingLog(): { log: Log; lines: string[] } {
  const lines: string[] = []
  const write = (fields: unknown, text: string) => lines.push(JSON.stringify(fields) + text)
  return { log: { debug: write, info: write, warn: write, error: write }, lines }
}

test('an answer becomes an account, by address and by what a digest names', async (t) => {
  const { accounts, signIn, hook } = await openWorld(t, says({ ...ALICE, unknown: 'member' }))
  const found = await signIn()
  assert.deepEqual(found, {
    aor: 'sip:alice@example.com',
    aliases: ['sip:101@example.com', 'tel:+4930123'],
    name: 'Alice',
    credentials: [{ username: 'alice', realm: 'example.com', algorithm: 'MD5', ha1: HA1 }],
  })
  // One answer serves both ways of asking, and at once from then on.
  assert.equal(accounts.find(aor('alice@example.com')), found)
  assert.equal(accounts.findByUsername('example.com', 'alice'), found)
  assert.deepEqual(hook.asked, [
    { aor: 'sip:alice@example.com', username: 'alice', realm: 'example.com' },
  ])
  assert.deepEqual(hook.tokens, ['Bearer T'])
})

test('an alias and a telephone number lead to the account that has them', async (t) => {
  const { accounts } = await openWorld(t, says({ ...ALICE, aor: 'alice@example.net' }))
  for (const address of ['101@example.com', 'tel:+4930123']) {
    assert.equal((await accounts.find(aor(address)))?.aor, 'sip:alice@example.com', address)
  }
})

test('hashes of several algorithms, ha1b for alice@example.com, disabled', async (t) => {
  const sha = 'A'.repeat(64)
  const answer = { ha1: { MD5: HA1, 'SHA-256': sha }, ha1b: HA1, disabled: true, name: null }
  const { signIn } = await openWorld(t, says(answer))
  const account = await signIn('alice@example.com')
  assert.equal(account?.suspended, true)
  assert.deepEqual(
    account.credentials.map(({ username, algorithm, ha1 }) => [username, algorithm, ha1]),
    [
      ['alice', 'MD5', HA1],
      ['alice', 'SHA-256', sha.toLowerCase()],
      ['alice@example.com', 'MD5', HA1],
    ],
  )
})

test('404: there is no such account, and that is remembered as long', async (t) => {
  const { accounts, hook, clock } = await openWorld(t, says(undefined))
  assert.equal(await accounts.find(aor('nobody@example.com')), undefined)
  assert.equal(accounts.find(aor('nobody@example.com')), undefined)
  assert.equal(hook.asked.length, 1)
  hook.answer = says({})
  clock.advance(60 * SECONDS)
  assert.equal((await accounts.find(aor('nobody@example.com')))?.aor, 'sip:nobody@example.com')
})

test('other domains and accounts of the store are nothing to the hook', async (t) => {
  const { accounts, stored, signIn, hook } = await openWorld(t, says(ALICE))
  assert.equal(accounts.find(aor('bob@stored.test')), undefined)
  assert.equal(accounts.findByUsername('stored.test', 'bob'), undefined)
  const own = { aor: aor('alice@example.com'), aliases: [], credentials: [] }
  await stored.accounts.put(own)
  assert.deepEqual(await accounts.find(own.aor), own)
  assert.equal(hook.asked.length, 0)
  // Nor does it give a stored account another password.
  assert.deepEqual((await signIn())?.credentials, [])
})

test('many who want the same at once are one question', async (t) => {
  const { signIn, hook } = await openWorld(t, says(ALICE))
  const found = await Promise.all(Array.from({ length: 50 }, async () => signIn()))
  assert.ok(found.every((account) => account?.aor === 'sip:alice@example.com'))
  assert.equal(hook.asked.length, 1)
})

const unavailable = (error: unknown) => error instanceof StoreUnavailable

describe('what is no answer lets nobody in', () => {
  const BAD: Record<string, HookAnswer> = {
    'status 500': (response) => response.writeHead(500).end('{}'),
    'status 403': (response) => response.writeHead(403).end('{}'),
    'a redirect': (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    'no JSON': (response) => response.end(`{"ha1": "${HA1}`),
    'no object': says([]),
    'a body over 64 KiB': says({ ...ALICE, padding: 'x'.repeat(70_000) }),
    'an endless body': (response) => {
      const more = () => response.write(Buffer.alloc(16_384), (error) => error ?? more())
      more()
    },
    'a broken connection': (response) => response.destroy(),
    'a hash that is none': says({ ha1: 'secret' }),
    'an alias that is none': says({ ...ALICE, aliases: ['?'] }),
    'somebody of another domain': says({ ...ALICE, aor: 'sip:root@stored.test' }),
  }
  for (const [what, answer] of Object.entries(BAD)) {
    test(what, async (t) => {
      const { signIn, hook, lines } = await openWorld(t, answer)
      await assert.rejects(Promise.resolve(signIn()), unavailable)
      assert.equal(hook.asked.length, 1)
      assert.match(lines.join('\n'), /an account look-up failed/)
      assert.doesNotMatch(lines.join('\n'), new RegExp(HA1))
    })
  }

  test('somebody else than who was asked for', async (t) => {
    const { accounts } = await openWorld(t, says({ aor: 'sip:root@example.com' }))
    await assert.rejects(Promise.resolve(accounts.find(aor('alice@example.com'))), unavailable)
  })

  test('silence, for accounts.lookupTimeout', async (t) => {
    const arrivals = new EventEmitter()
    const arrived = once(arrivals, 'query')
    const { signIn, clock } = await openWorld(t, () => arrivals.emit('query'))
    const asking = assert.rejects(Promise.resolve(signIn()), /no answer in time/)
    await arrived
    clock.advance(2 * SECONDS)
    await asking
  })
})

test('an answer that is too old lets nobody in, but still says who somebody is', async (t) => {
  const { accounts, signIn, hook, clock } = await openWorld(t, says(ALICE))
  await signIn()
  clock.advance(60 * SECONDS)
  hook.answer = (response) => response.writeHead(500).end()
  await assert.rejects(Promise.resolve(signIn()), unavailable)
  const seen = accounts.find(aor('alice@example.com'))
  assert.ok(seen && !(seen instanceof Promise) && seen.name === 'Alice')
})

test('a hook that fails again and again is left alone, then tried once', async (t) => {
  const { signIn, hook, clock, lines } = await openWorld(t, (response) =>
    response.writeHead(500).end(),
  )
  const fails = () => assert.rejects(Promise.resolve(signIn()), unavailable)
  for (let time = 0; time < 8; time++) await fails()
  assert.equal(hook.asked.length, 5)
  clock.advance(2 * SECONDS)
  await Promise.all([fails(), assert.rejects(Promise.resolve(signIn('bob')), unavailable)])
  assert.equal(hook.asked.length, 6)
  // Longer from time to time.
  clock.advance(2 * SECONDS)
  await fails()
  assert.equal(hook.asked.length, 6)
  clock.advance(2 * SECONDS)
  hook.answer = says(ALICE)
  assert.ok(await signIn())
  assert.match(lines.join('\n'), /again and again[^]*answers again/)
})

describe('a change that is noticed', () => {
  async function afterChange(t: TestContext, answer: unknown) {
    const world = await openWorld(t, says(ALICE))
    const { store, accounts, hook, clock, changes, signIn } = world
    const account = await signIn()
    const session = { id: 'S', aor: account!.aor, created: 0, expires: clock.now() + 9e6 }
    await store.sessions.add({ ...session, remembered: true, credentials: [] })
    hook.answer = says(answer)
    clock.advance(60 * SECONDS)
    // Whoever asks for the name gets the old one, and the question is on its way.
    const heard = new Promise((resolve) => store.changes.subscribe(resolve))
    void accounts.find(aor('alice@example.com'))
    return { ...world, changes, heard }
  }

  test('of the name: told in the feed', async (t) => {
    const { heard, store, accounts } = await afterChange(t, { ...ALICE, name: 'Alice B.' })
    assert.deepEqual(await heard, { kind: 'account', aor: 'sip:alice@example.com' })
    assert.equal((await accounts.find(aor('alice@example.com')))?.name, 'Alice B.')
    assert.equal((await store.sessions.ofAccount(aor('alice@example.com'))).length, 1)
  })

  for (const [what, answer] of Object.entries({
    'of the password': { ...ALICE, ha1: md5('new') },
    'to disabled': { ...ALICE, disabled: true },
    'to nobody at all': undefined,
  })) {
    test(`${what}: told, and browsers must sign in again`, async (t) => {
      const { heard, store } = await afterChange(t, answer)
      await heard
      assert.equal((await store.sessions.ofAccount(aor('alice@example.com'))).length, 0)
    })
  }
})

test('a username is forgotten with the answer that has another', async (t) => {
  const { store, accounts, signIn, hook, clock } = await openWorld(t, says(ALICE))
  await signIn()
  clock.advance(60 * SECONDS)
  hook.answer = says({ ...ALICE, username: 'alice-2' })
  const heard = new Promise((resolve) => store.changes.subscribe(resolve))
  void accounts.find(aor('alice@example.com'))
  await heard
  const usernames = (await signIn())?.credentials.map(({ username }) => username)
  assert.deepEqual(usernames, ['alice-2'])
})

test('after a restart with the hook down people are still known by sight, and nobody signs in', async (t) => {
  const before = await openWorld(t, says(ALICE))
  await before.signIn()
  const down: HookAnswer = (response) => response.writeHead(500).end()
  const { accounts, signIn, stored, store, hook } = await openWorld(t, down, before.stored)
  const seen = await accounts.find(aor('alice@example.com'))
  assert.deepEqual([seen?.name, seen?.credentials], ['Alice', []])
  await assert.rejects(Promise.resolve(signIn()), unavailable)
  await assert.rejects(Promise.resolve(accounts.find(aor('bob@example.com'))), unavailable)
  assert.doesNotMatch(
    JSON.stringify(await stored.administration.get('looked-up-account', 'sip:alice@example.com')),
    new RegExp(HA1),
  )
  // What is known again is no change, since the password was not kept.
  hook.answer = says(ALICE)
  const heard: Change[] = []
  store.changes.subscribe((change) => heard.push(change))
  assert.equal((await signIn())?.credentials.length, 1)
  assert.deepEqual(heard, [])
})

test('who is kept and is nobody any more is forgotten', async (t) => {
  const before = await openWorld(t, says(ALICE))
  await before.accounts.find(aor('alice@example.com'))
  const { accounts, stored } = await openWorld(t, says(undefined), before.stored)
  assert.equal(await accounts.find(aor('alice@example.com')), undefined)
  assert.equal(
    await stored.administration.get('looked-up-account', 'sip:alice@example.com'),
    undefined,
  )
})

test("an alias that is a stored account's is left out; one in a domain without lookup is a failure", async (t) => {
  const { accounts, stored, hook } = await openWorld(
    t,
    says({ ...ALICE, aliases: ['sip:boss@example.com', 'sip:101@example.com'] }),
  )
  const boss = { aor: aor('boss@example.com'), aliases: [], credentials: [] }
  await stored.accounts.put(boss)
  const alice = await accounts.find(aor('alice@example.com'))
  assert.deepEqual(alice?.aliases, ['sip:101@example.com'])
  hook.answer = says({ aliases: ['sip:root@stored.test'] })
  await assert.rejects(Promise.resolve(accounts.find(aor('bob@example.com'))), unavailable)
})

test('names that the hook cannot take, and broken records of one person, shut out nobody else', async (t) => {
  const { signIn, hook } = await openWorld(t, (response) => response.writeHead(414).end())
  for (let time = 0; time < 10; time++) {
    await assert.rejects(Promise.resolve(signIn('x'.repeat(100))), unavailable)
    hook.answer = says({ ha1: 'broken' })
  }
  hook.answer = says(ALICE)
  assert.ok(await signIn())
})
