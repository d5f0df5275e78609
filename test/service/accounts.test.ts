/** Accounts as an operator makes them: on a stopped store and through the socket of a running service, with one result. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { auid, type DocumentId } from '../../core/model/document-id.ts'
import { createDomains, type Domain } from '../../core/model/domain.ts'
import { silentLog } from '../../core/model/log.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { parseAor } from '../../core/uri/aor.ts'
import {
  createAccountAdministration,
  type AccountAdministration,
} from '../../service/account-administration.ts'
import { adminSocketPath, openAdminSocket } from '../../service/admin-socket.ts'
import {
  accountOperations,
  addAccount,
  addAlias,
  importAccounts,
  listAccounts,
  removeAccount,
  removeAlias,
  setPassword,
} from '../../service/administration/account-operations.ts'
import type { Ask } from '../../service/administration/operation.ts'
import { pagesOf } from '../../service/administration/pages.ts'
import { askRunningService } from '../../service/administration/running-service.ts'
import { systemClock } from '../../service/system-clock.ts'
import { openOperationSocket } from '../administration/operation-socket.ts'

const domain = (name: string, realm = name, aliases: string[] = []): Domain => ({
  ...{ name, realm, aliases },
  ...{ defaultPolicy: 'allow-domain', externalAccounts: false },
})
const served = createDomains([
  domain('example.com', 'example.com', ['example.net']),
  domain('pbx.test', 'asterisk'),
])
const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const aor = (text: string) => parseAor(text)!

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'visage-accounts-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  return folder
}

async function openStore(t: TestContext) {
  const folder = temporaryFolder(t)
  const store = await openLevelStore({ folder, clock: systemClock, log: silentLog })
  t.after(() => store.close())
  const local = createAccountAdministration({ ...store, domains: served })
  return { folder, store, local }
}

async function openSocket(t: TestContext) {
  const { folder, store, local } = await openStore(t)
  const { ask, close } = await openOperationSocket(folder, accountOperations({ accounts: local }))
  t.after(close)
  return { folder, store, remote: askedAccounts(ask) }
}

type Accounts = Omit<AccountAdministration, 'change' | 'find'>

function askedAccounts(ask: Ask): Accounts {
  return {
    add: (request) => ask(addAccount, request),
    addAlias: (request) => ask(addAlias, request),
    removeAlias: (request) => ask(removeAlias, request),
    changePassword: (request) => ask(setPassword, request),
    remove: (request) => ask(removeAccount, request),
    import: (request) => ask(importAccounts, request),
    list: async function* () {
      for await (const { accounts } of pagesOf(ask, listAccounts, { limit: 1 })) yield* accounts
    },
  }
}

async function all(administration: Accounts) {
  const found = []
  for await (const account of administration.list()) found.push(account)
  return found
}

const ways = {
  'on a store that is open here': async (t: TestContext) => {
    const { store, local } = await openStore(t)
    return { store, accounts: local as Accounts }
  },
  'through the socket of a running service': async (t: TestContext) => {
    const { store, remote } = await openSocket(t)
    return { store, accounts: remote }
  },
}

for (const [way, open] of Object.entries(ways)) {
  describe(way, () => {
    test('an account has hashes for every algorithm and both spellings, in the realm of its domain', async (t) => {
      const { accounts, store } = await open(t)
      await accounts.add({ address: 'alice@pbx.test', password: 'open', name: 'Alice' })
      const account = await store.accounts.find(aor('alice@pbx.test'))
      assert.equal(account?.name, 'Alice')
      assert.deepEqual(
        account.credentials.map(({ username, algorithm }) => `${username} ${algorithm}`).sort(),
        ['MD5', 'SHA-256', 'SHA-512-256']
          .flatMap((algorithm) => [`alice ${algorithm}`, `alice@pbx.test ${algorithm}`])
          .sort(),
      )
      const plain = await store.accounts.findByUsername('asterisk', 'alice')
      assert.equal(
        plain?.credentials.find((one) => one.username === 'alice' && one.algorithm === 'MD5')?.ha1,
        md5('alice:asterisk:open'),
      )
      assert.ok(!JSON.stringify(account).includes('open'))
    })

    test('an address may be written with its scheme, or with an alias of the domain', async (t) => {
      const { accounts } = await open(t)
      const { address } = await accounts.add({ address: 'sip:Bob@Example.NET', password: 'x' })
      assert.equal(address, 'Bob@example.com')
      await assert.rejects(
        accounts.add({ address: 'Bob@example.com', password: 'x' }),
        /Bob@example\.com exists already/,
      )
    })

    test('what cannot be an account is refused in words', async (t) => {
      const { accounts } = await open(t)
      const refused = (address: string, words: RegExp, secret = {}) =>
        assert.rejects(accounts.add({ address, password: 'x', ...secret }), words)
      await refused('alice', /expected an address/)
      await refused('alice@other.test', /other\.test is not a domain of this server \(example\.com/)
      await refused('tel:+4930123456', /only be an alias/)
      await refused('a@example.com', /the hash is not 32/, { ha1: 'abc' })
      await refused('a@example.com', /a password or its hash is needed/, { password: undefined })
      assert.deepEqual(await all(accounts), [])
    })

    test('a hash made elsewhere is kept for its own algorithm and realm', async (t) => {
      const { accounts, store } = await open(t)
      const ha1 = md5('carol:sip.old.test:x').toUpperCase()
      await accounts.add({ address: 'carol@example.com', ha1, realm: 'sip.old.test' })
      const account = await store.accounts.findByUsername('sip.old.test', 'carol')
      assert.deepEqual(account?.credentials, [
        { username: 'carol', realm: 'sip.old.test', algorithm: 'MD5', ha1: ha1.toLowerCase() },
      ])
    })

    test('aliases lead to the account, and belong to one only', async (t) => {
      const { accounts, store } = await open(t)
      await accounts.add({ address: 'alice@example.com', password: 'x' })
      await accounts.add({ address: 'bob@example.com', password: 'x' })
      await accounts.addAlias({ address: 'alice@example.com', alias: '101@example.com' })
      await accounts.addAlias({ address: '101@example.com', alias: 'tel:+49-30-123456' })
      const again = await accounts.addAlias({
        address: 'alice@example.com',
        alias: 'tel:+4930123456',
      })
      assert.deepEqual(again.aliases, ['101@example.com', 'tel:+4930123456'])
      const found = await store.accounts.find(aor('tel:+4930123456'))
      assert.equal(found?.aor, 'sip:alice@example.com')
      const taken = (alias: string) => accounts.addAlias({ address: 'bob@example.com', alias })
      await assert.rejects(taken('101@example.com'), /is an address of alice@example\.com/)
      await assert.rejects(taken('alice@example.com'), /is an address of alice@example\.com/)
      await assert.rejects(taken('bob@elsewhere.test'), /is not a domain/)
      await assert.rejects(
        accounts.add({ address: '101@example.com', password: 'x' }),
        /is an alias of alice@example\.com/,
      )
    })

    test('a new password takes the place of all that was known before', async (t) => {
      const { accounts, store } = await open(t)
      await accounts.add({ address: 'alice@example.com', ha1: md5('x'), realm: 'old' })
      await accounts.changePassword({ address: 'alice@example.com', password: 'new' })
      const account = await store.accounts.find(aor('alice@example.com'))
      assert.deepEqual(
        [...new Set(account?.credentials.map(({ realm }) => realm))],
        ['example.com'],
      )
      assert.equal(account?.credentials.length, 6)
      await assert.rejects(
        accounts.changePassword({ address: 'nobody@example.com', password: 'x' }),
        /nobody@example\.com: no such account/,
      )
    })

    test('a removed account leaves nothing to the next one of that name', async (t) => {
      const { accounts, store } = await open(t)
      await accounts.add({ address: 'alice@example.com', password: 'x' })
      const tree = aor('alice@example.com')
      const id: DocumentId = { auid: auid('resource-lists'), tree, path: 'index' }
      await store.documents.put(id, { contentType: 'text/xml', body: Buffer.from('<a/>') }, {})
      assert.deepEqual(await accounts.remove({ address: 'alice@example.com' }), { documents: 1 })
      assert.equal(await store.documents.get(id), undefined)
      assert.equal(await store.accounts.findByUsername('example.com', 'alice'), undefined)
      await assert.rejects(accounts.remove({ address: 'alice@example.com' }), /no such account/)
    })

    test('accounts are listed without what could help to sign in', async (t) => {
      const { accounts } = await open(t)
      await accounts.add({ address: 'bob@example.com', password: 'x' })
      await accounts.add({ address: 'alice@example.com', password: 'x', name: 'Alice' })
      assert.deepEqual(await all(accounts), [
        { address: 'alice@example.com', name: 'Alice', aliases: [], realms: ['example.com'] },
        { address: 'bob@example.com', aliases: [], realms: ['example.com'] },
      ])
    })

    test('an import takes what is right, names what is wrong, and changes nothing the second time', async (t) => {
      const { accounts, store } = await open(t)
      await accounts.add({ address: 'bob@example.com', password: 'older' })
      const rows = [
        { line: 1, username: 'alice', domain: 'asterisk', ha1: md5('alice:asterisk:x') },
        { line: 2, username: 'bob', domain: 'example.com', ha1: md5('bob:example.com:x') },
        { line: 3, username: 'carol', domain: 'elsewhere', ha1: md5('') },
        { line: 4, username: 'dave', domain: 'example.com', ha1: 'zz' },
        { line: 5, username: '+491', domain: 'example.com', ha1: md5('f'), realm: 'foreign' },
      ]
      const refused = [
        { line: 3, problem: 'elsewhere is neither a domain of this server nor its realm' },
        { line: 4, problem: 'the hash is not 32 (MD5) or 64 (SHA-256) hexadecimal digits' },
      ]
      assert.deepEqual(await accounts.import({ rows }), {
        ...{ created: 2, changed: 1, unchanged: 0, foreignRealm: 1, refused },
      })
      assert.deepEqual(await accounts.import({ rows }), {
        ...{ created: 0, changed: 0, unchanged: 3, foreignRealm: 1, refused },
      })
      const alice = await store.accounts.findByUsername('asterisk', 'alice')
      assert.equal(alice?.aor, 'sip:alice@pbx.test')
      const bob = await store.accounts.find(aor('bob@example.com'))
      assert.equal(bob?.credentials.length, 1)
      const number = await store.accounts.find(aor('+491@example.com'))
      assert.equal(number?.credentials[0]?.username, '+491')
    })

    test('changes to one account at the same time lose nothing', async (t) => {
      const { accounts } = await open(t)
      await accounts.add({ address: 'alice@example.com', password: 'x' })
      const numbers = Array.from({ length: 20 }, (_, index) => `${index}@example.com`)
      await Promise.all(
        numbers.map((alias) => accounts.addAlias({ address: 'alice@example.com', alias })),
      )
      assert.equal((await all(accounts))[0]?.aliases.length, 20)
    })
  })
}

test('without a configuration any domain will do and is its own realm', async (t) => {
  const { store } = await openStore(t)
  const accounts = createAccountAdministration(store)
  await accounts.add({ address: 'alice@anywhere.test', password: 'x' })
  assert.ok(await store.accounts.findByUsername('anywhere.test', 'alice'))
})

test('admin.sock is the owner’s alone', async (t) => {
  const { folder } = await openSocket(t)
  assert.equal(statSync(adminSocketPath(folder)).mode & 0o777, 0o600)
})

test('admin.sock: one that a killed service left behind is replaced', async (t) => {
  const { folder } = await openStore(t)
  // What a kill leaves: a socket that nobody listens on. Node removes its own, so it is renamed before.
  const path = adminSocketPath(folder)
  const dead = createServer().listen(`${path}.dead`)
  await new Promise((resolve) => dead.once('listening', resolve))
  renameSync(`${path}.dead`, path)
  await new Promise((resolve) => dead.close(resolve))
  assert.equal(await askRunningService(folder), undefined)
  const socket = await openAdminSocket({ dataFolder: folder, routes: {} })
  assert.ok(await askRunningService(folder))
  await socket.close()
  assert.equal(await askRunningService(folder), undefined)
})

test('admin.sock: one that a service answers on is left alone', async (t) => {
  const { folder, remote } = await openSocket(t)
  await assert.rejects(openAdminSocket({ dataFolder: folder, routes: {} }), /admin\.sock is in use/)
  assert.deepEqual(await all(remote), [])
})

test('admin.sock: a file of that name that is no socket is not removed', async (t) => {
  const { folder } = await openStore(t)
  writeFileSync(adminSocketPath(folder), 'precious')
  await assert.rejects(
    openAdminSocket({ dataFolder: folder, routes: {} }),
    /admin\.sock is no socket/,
  )
  assert.equal(statSync(adminSocketPath(folder)).size, 8)
})

test('admin.sock: what is no request is refused and the service goes on', async (t) => {
  const { folder, remote } = await openSocket(t)
  const post = (path: string, body: string) =>
    new Promise<number>((resolve, reject) => {
      const headers = { 'content-type': 'application/json' }
      const asked = { socketPath: adminSocketPath(folder), method: 'POST', path, headers }
      request(asked, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
        .once('error', reject)
        .end(body)
    })
  assert.equal(await post('/admin/v1/accounts', '{'), 400)
  assert.equal(await post('/admin/v1/accounts', '{"address":5}'), 400)
  assert.equal(await post('/admin/v1/nothing', '{}'), 404)
  assert.deepEqual(await all(remote), [])
})
