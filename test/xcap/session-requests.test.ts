/** What comes to /session and is no proper request, and what must not be told. RFC 9110 §15.5, RFC 6265 §5.4. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { errorIn, JSON_TYPE, startSessionWorld } from './support/session-world.ts'
import { PASSWORD } from './support/xcap-service.ts'

const ALICE = parseAor('alice@example.com')!

test('RFC 9110 §15.5: each is refused by the standard’s own code, in JSON', async (t) => {
  const { call, post } = await startSessionWorld(t)
  const send = (body: string | Buffer, headers: Record<string, string> = JSON_TYPE) =>
    call('POST', '/session', { body, headers })
  const cases: [number, Promise<Awaited<ReturnType<typeof call>>>][] = [
    [400, send('{')],
    [400, send('[]')],
    [400, send('{"address":7}')],
    [400, send('{"address":"alice@example.com","remember":"yes"}')],
    [400, send(Buffer.from([0x22, 0xff, 0x22]))],
    [400, post({ password: PASSWORD })],
    [400, post({ address: 'not an address', password: PASSWORD })],
    [400, post({ address: 'alice@example.com', password: 'x'.repeat(1025) })],
    [413, post({ address: 'a'.repeat(20_000) })],
    [415, send('address=alice', { 'Content-Type': 'text/plain' })],
    [415, send('address=alice', {})],
    [405, call('PUT', '/session')],
    [404, call('GET', '/session/elsewhere')],
  ]
  for (const [index, [status, reply]] of cases.entries()) {
    const got = await reply
    assert.equal(got.status, status, `case ${index}: ${got.text}`)
    assert.ok(!errorIn(got).includes(PASSWORD))
  }
  const other = await call('PATCH', '/session')
  assert.equal(other.headers.allow, 'POST, GET, DELETE, HEAD, OPTIONS')
})

test('neither passwords nor tokens are logged', async (t) => {
  const lines: string[] = []
  const write = (...args: unknown[]) => void lines.push(JSON.stringify(args))
  const log = { ...silentLog, debug: write, info: write, warn: write, error: write }
  const { post, own, call, signIn, store } = await startSessionWorld(t, { log })
  const { cookie } = await signIn()
  await post({ address: 'alice@example.com', password: 'a wrong one' })
  await store.close()
  const failed = await call('POST', '/session', { headers: own(cookie) })
  assert.equal(failed.status, 503)
  errorIn(failed)
  assert.ok(lines.length > 0)
  for (const secret of [cookie.split('=')[1]!, PASSWORD, 'a wrong one']) {
    assert.ok(!lines.join('\n').includes(secret))
  }
})

test('RFC 6265 §5.4: a browser with many cookies, some of them broken, is known by the right one', async (t) => {
  const { call, signIn } = await startSessionWorld(t)
  const { cookie } = await signIn()
  const token = cookie.slice('visage-session='.length)
  const other = `visage-session=${'A'.repeat(43)}`
  const state = async (field: string) =>
    (await call('GET', '/session', { headers: { Cookie: field } })).status
  for (const field of [
    `theme=dark; ${cookie}; lang=de`,
    `visage-session="${token}"`,
    `${other}; ${cookie}`,
    `${cookie};${other}`,
    `visage-session=; ${cookie}`,
    `=; ;;a;b=;${cookie}`,
    `${'x=y; '.repeat(3000)}${cookie}`,
  ]) {
    assert.equal(await state(field), 200, field.slice(0, 80))
  }
  for (const field of [
    other,
    `other-${cookie}`,
    `a=${cookie}`,
    cookie.toUpperCase(),
    `visage-session=${token}x`,
    `${`${other}; `.repeat(50)}${cookie}`,
  ]) {
    assert.equal(await state(field), 204, field.slice(0, 80))
  }
})

test('a request that breaks off leaves no session', async (t) => {
  const { port, store } = await startSessionWorld(t)
  const body = JSON.stringify({ address: 'alice@example.com', password: PASSWORD })
  const socket = connect(port, '127.0.0.1')
  const closed = new Promise((resolve) => socket.resume().once('close', resolve))
  socket.write(
    'POST /session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n' +
      `Content-Length: ${body.length}\r\n\r\n${body.slice(0, -1)}`,
  )
  socket.end()
  await closed
  assert.deepEqual(await store.sessions.ofAccount(ALICE), [])
})

test('RFC 7617 §4: a proxy without a trace is known by the name that it was called by', async (t) => {
  const { post } = await startSessionWorld(t)
  const by = async (host: string) =>
    (await post({ address: 'alice@example.com', password: PASSWORD }, { Host: host })).status
  for (const host of ['localhost', 'LOCALHOST:8080', 'face.localhost', '127.0.0.1', '[::1]:80']) {
    assert.equal(await by(host), 200, host)
  }
  for (const host of [
    'face.example.com',
    'localhost.example.com',
    '192.0.2.7:80',
    '127.0.0.1.example.com',
  ]) {
    assert.equal(await by(host), 403, host)
  }
})

test('who signs in while the account gets another password, or is removed, is signed in nowhere', async (t) => {
  const { post, store } = await startSessionWorld(t)
  const { credentials, ...account } = (await store.accounts.find(ALICE))!
  const others = credentials.map((one) => ({ ...one, ha1: '0'.repeat(one.ha1.length) }))
  const add = store.sessions.add.bind(store.sessions)
  for (const change of [
    () => store.accounts.put({ ...account, credentials: others }),
    () => store.accounts.remove(ALICE),
  ]) {
    await store.accounts.put({ ...account, credentials })
    // The password was right when it was looked at.
    t.mock.method(store.sessions, 'add', async (session: Parameters<typeof add>[0]) => {
      await change()
      return add(session)
    })
    const reply = await post({ address: 'alice@example.com', password: PASSWORD })
    assert.equal(reply.status, 503)
    assert.equal(reply.headers['set-cookie'], undefined)
    assert.deepEqual(await store.sessions.ofAccount(ALICE), [])
  }
})
