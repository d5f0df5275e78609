/** The administration over HTTP: tokens, what they are for, and how what cannot be had is refused. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { addAccount } from '../../service/administration/account-operations.ts'
import { listTokens, removeToken } from '../../service/administration/token-operations.ts'
import { openDesk } from './desk.ts'

const HA1 = 'd41d8cd98f00b204e9800998ecf8427e'

test('RFC 6750 §3: without a token, or with a wrong one, nothing is told but how to ask', async (t) => {
  const { http, token } = await openDesk(t)
  const without = await http('GET', '/accounts')
  assert.equal(without.status, 401)
  assert.equal(without.headers.get('www-authenticate'), 'Bearer realm="visage"')
  assert.equal(without.headers.get('content-type'), 'application/problem+json')
  const right = await token('read')
  for (const wrong of ['x', right.slice(0, -1), right.replace(/_[0-9a-f]+_/, '_000000000000_')]) {
    const { status, headers } = await http('GET', '/accounts', { token: wrong })
    assert.equal(status, 401)
    assert.match(headers.get('www-authenticate') ?? '', /error="invalid_token"/)
  }
  // Whether a path exists is nobody's business either.
  assert.equal((await http('GET', '/nothing')).status, 401)
  assert.equal((await http('GET', '/accounts', { token: right })).status, 200)
})

test('a removed token is refused at once; tokens are listed without their secrets', async (t) => {
  const { ask, http, token } = await openDesk(t)
  const text = await token('read', 'a.example')
  const { tokens } = await ask(listTokens, {})
  assert.deepEqual(
    tokens.map(({ name, scope, domains }) => ({ name, scope, domains })),
    [{ name: 'read token', scope: 'read', domains: ['a.example'] }],
  )
  const id = tokens[0]?.id ?? ''
  assert.ok(text.startsWith(`visage_${id}_`))
  assert.ok(!JSON.stringify(tokens).includes(text.split('_')[2] ?? ''))
  await ask(removeToken, { id })
  assert.equal((await http('GET', '/accounts', { token: text })).status, 401)
  await assert.rejects(ask(removeToken, { id }), /no such token/)
})

test('a token of scope read changes nothing; no token makes tokens', async (t) => {
  const { http, token, store } = await openDesk(t)
  const read = await token('read')
  const body = { address: 'eve@a.example', ha1: HA1 }
  const refused = await http('POST', '/accounts', { token: read, body })
  assert.equal(refused.status, 403)
  assert.match(refused.headers.get('www-authenticate') ?? '', /insufficient_scope/)
  assert.equal(await store.accounts.isEmpty(), true)
  const write = await token('write')
  assert.equal((await http('GET', '/accounts', { token: write })).status, 200)
  const more = await http('POST', '/tokens', { token: write, body: { name: 'more' } })
  assert.equal(more.status, 404)
})

test('accounts over HTTP: added by hash, named, given aliases, suspended, removed; nothing of a password comes out', async (t) => {
  const { http, token } = await openDesk(t)
  const asked = { token: await token('write') }
  const added = await http('POST', '/accounts', {
    ...asked,
    body: { address: 'alice@a.example', ha1: HA1 },
  })
  const alice = { address: 'alice@a.example', aliases: [], realms: ['a.example'] }
  assert.deepEqual([added.status, added.body], [201, alice])
  assert.equal(added.headers.get('location'), '/admin/v1/accounts/alice%40a.example')
  const path = '/accounts/alice%40a.example'
  await http('PATCH', path, { ...asked, body: { name: 'Alice' } })
  await http('POST', `${path}/aliases`, { ...asked, body: { alias: '101@a.example' } })
  const suspended = await http('POST', `${path}/suspend`, asked)
  assert.deepEqual(suspended.body, {
    ...alice,
    ...{ name: 'Alice', aliases: ['101@a.example'], suspended: true },
  })
  await http('POST', `${path}/resume`, asked)
  await http('PATCH', path, { ...asked, body: { name: '' } })
  await http('DELETE', `${path}/aliases/101%40a.example`, asked)
  const told = await http('GET', path, asked)
  assert.deepEqual(told.body, alice)
  assert.ok(!JSON.stringify(told.body).includes(HA1))
  assert.deepEqual((await http('DELETE', path, asked)).body, { documents: 0 })
  assert.equal((await http('GET', path, asked)).status, 404)
})

test('a password is not taken where others could read it on its way', async (t) => {
  const { http, token } = await openDesk(t)
  const body = { address: 'alice@a.example', password: 'open sesame' }
  const { status, body: said } = await http('POST', '/accounts', {
    token: await token('write'),
    body,
  })
  assert.equal(status, 403)
  assert.match(JSON.stringify(said), /only taken over TLS/)
  const rows = [{ line: 1, username: 'eve', domain: 'a.example', password: 'open sesame' }]
  const asked = { token: await token('write'), body: { rows } }
  for (const path of ['/import/accounts', '/import/accounts/preview']) {
    assert.equal((await http('POST', path, asked)).status, 403)
  }
})

test('a request of very many wrong values costs no memory: 413', async (t) => {
  const { http, token } = await openDesk(t)
  const body = `{"rows":[${'{},'.repeat(200_000)}{}]}`
  const asked = { token: await token('read'), body }
  assert.equal((await http('POST', '/import/accounts/preview', asked)).status, 413)
  const some = { ...asked, body: `{"rows":[${'{},'.repeat(1_000)}{}]}` }
  const refused = await http('POST', '/import/accounts/preview', some)
  assert.equal(refused.status, 400)
  assert.ok(JSON.stringify(refused.body).length < 5_000)
})

test('RFC 3986 §5.2.4: a path is what was sent; dots in it lead nowhere', async (t) => {
  const { root, token } = await openDesk(t)
  const headers = { authorization: `Bearer ${await token('read')}` }
  const { hostname, port, pathname } = new URL(root)
  const statusOf = (path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      request({ hostname, port, path: pathname + path, headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .once('error', reject)
        .end()
    })
  assert.equal(await statusOf('/accounts'), 200)
  for (const path of ['/x/../accounts', '/x/%2e%2e/accounts', '//accounts', '/Accounts']) {
    assert.equal(await statusOf(path), 404, path)
  }
})

test('RFC 9457: what cannot be had is a problem with the right status', async (t) => {
  const { http, token, root } = await openDesk(t)
  const asked = { token: await token('write') }
  const status = async (...of: Parameters<typeof http>) => {
    const answer = await http(...of)
    assert.equal(answer.headers.get('content-type'), 'application/problem+json')
    assert.equal((answer.body as { status: number }).status, answer.status)
    return answer.status
  }
  const body = { address: 'alice@a.example', ha1: HA1 }
  await http('POST', '/accounts', { ...asked, body })
  assert.equal(await status('POST', '/accounts', { ...asked, body }), 409)
  assert.equal(await status('POST', '/accounts', { ...asked, body: '{' }), 400)
  assert.equal(await status('POST', '/accounts', { ...asked, body: '[]' }), 400)
  assert.equal(await status('POST', '/accounts', { ...asked, body: { address: 5 } }), 400)
  assert.equal(await status('GET', '/accounts?limit=0', asked), 400)
  assert.equal(await status('GET', '/accounts?unknown=1', asked), 400)
  assert.equal(await status('GET', '/accounts/nobody%40a.example', asked), 404)
  assert.equal(await status('GET', '/accounts/%ff', asked), 404)
  const text = { 'content-type': 'text/plain' }
  assert.equal(await status('POST', '/accounts', { ...asked, body: 'x', headers: text }), 415)
  const put = await http('PUT', '/accounts', { ...asked, body })
  assert.deepEqual([put.status, put.headers.get('allow')], [405, 'POST, GET'])
  assert.equal(await tooLarge(root, asked.token), 413)
})

/** A body that says it is longer than what is taken. */
function tooLarge(root: string, token: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const sent = request(`${root}/accounts`, { method: 'POST', headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
      sent.destroy()
    }).once('error', reject)
    sent.end(Buffer.alloc(17 * 2 ** 20, ' '))
  })
}

test('a list comes in pages', async (t) => {
  const { ask, http, token } = await openDesk(t)
  const asked = { token: await token('read') }
  for (const user of ['a', 'b', 'c']) {
    await ask(addAccount, { address: `${user}@a.example`, ha1: HA1 })
  }
  const page = async (query: string) =>
    (await http('GET', `/accounts?limit=2${query}`, asked)).body as {
      accounts: { address: string }[]
      next?: string
    }
  const first = await page('')
  assert.deepEqual(
    first.accounts.map(({ address }) => address),
    ['a@a.example', 'b@a.example'],
  )
  const second = await page(`&after=${encodeURIComponent(first.next ?? '')}`)
  assert.deepEqual(
    second.accounts.map(({ address }) => address),
    ['c@a.example'],
  )
  assert.equal(second.next, undefined)
})

test('a token of one domain cannot tell whether somebody of another exists', async (t) => {
  const { ask, http, token } = await openDesk(t)
  const asked = { token: await token('write', 'a.example') }
  await ask(addAccount, { address: 'alice@a.example', ha1: HA1 })
  await ask(addAccount, { address: 'bob@b.example', ha1: HA1 })
  const same = async (method: string, pathOf: (address: string) => string, body?: unknown) => {
    const answers = []
    for (const address of ['bob@b.example', 'ned@b.example']) {
      const path = pathOf(encodeURIComponent(address))
      const said = body === undefined ? undefined : JSON.stringify(body).replace('WHO', address)
      const answer = await http(method, path, { ...asked, ...(said && { body: said }) })
      answers.push(JSON.stringify([answer.status, answer.body]).replaceAll(address, 'WHO'))
    }
    assert.equal(answers[0], answers[1])
    assert.match(answers[0] ?? '', /^\[404,.*no such account/)
  }
  await same('GET', (who) => `/accounts/${who}`)
  await same('DELETE', (who) => `/accounts/${who}`)
  await same('POST', (who) => `/accounts/${who}/suspend`)
  await same('PUT', (who) => `/accounts/${who}/password`, { ha1: HA1 })
  await same('POST', () => '/accounts', { address: 'WHO', ha1: HA1 })
  await same('POST', () => '/accounts/alice%40a.example/aliases', { alias: 'WHO' })
  await same('GET', (who) => `/audit?address=${who}`)
  const list = (await http('GET', '/accounts', asked)).body as { accounts: { address: string }[] }
  assert.deepEqual(
    list.accounts.map(({ address }) => address),
    ['alice@a.example'],
  )
  assert.equal((await http('GET', '/accounts?domain=b.example', asked)).status, 404)
  assert.equal((await http('GET', '/audit', asked)).status, 403)
})
