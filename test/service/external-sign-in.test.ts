/** Digest over SIP and XCAP, and a phone that watches, where the accounts are behind a look-up hook. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { readConfiguration } from '../../service/config.ts'
import { startVisage } from '../../service/main.ts'
import { systemClock } from '../../service/system-clock.ts'
import { createPhone } from '../presence/phone.ts'
import { openSipClient } from '../support/sip-client.ts'
import { openLookupHook, says } from './lookup-hook.ts'

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const PEOPLE: Partial<Record<string, object>> = {
  'sip:alice@example.com': { ha1: md5('alice:example.com:secret'), name: 'Alice' },
  'sip:bob@example.com': { ha1: { MD5: md5('bob:example.com:secret') } },
  'sip:carol@example.com': { ha1: md5('carol:example.com:secret'), disabled: true },
}

async function start(t: TestContext) {
  const hook = await openLookupHook(t, (response, query) => {
    says(PEOPLE[query.get('aor') ?? ''])(response, query)
  })
  const folder = mkdtempSync(join(tmpdir(), 'visage-sign-in-'))
  const flags = {
    domains: [{ name: 'example.com', lookup: true }],
    accounts: { lookupUrl: hook.url, lookupCache: 0 },
    http: { listen: '127.0.0.1:0' },
    sip: { listen: ['udp:127.0.0.1:0'] },
    admin: { listen: [] },
  }
  const configuration = readConfiguration({ environment: {}, folder, flags })
  const visage = await startVisage(configuration, { log: silentLog, clock: systemClock })
  t.after(async () => {
    await visage.stop()
    rmSync(folder, { recursive: true })
  })
  const client = await openSipClient(Number(visage.addresses.sip[0]?.split(':').at(-1)))
  t.after(() => client.close())
  const phone = (user: string, password = 'secret') =>
    createPhone(client, user, 'example.com', password)
  return { hook, phone, root: visage.addresses.xcapRoot }
}

const presenceOf = (user: string) =>
  `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:${user}@example.com"><tuple id="t"><status><basic>open</basic></status></tuple></presence>`

/** The status of a request for Alice's own list, by digest. */
async function xcapStatus(
  root: string,
  phone: Awaited<ReturnType<typeof start>>['phone'],
  password: string,
) {
  const url = `${root}/resource-lists/users/sip:alice@example.com/index`
  const challenged = await fetch(url)
  const path = new URL(url).pathname
  const line = phone('alice', password).authorization(
    challenged.headers.get('www-authenticate') ?? '',
    'GET',
    path,
  )
  const authorization = line.replace(/^Authorization: /, '')
  return fetch(url, { headers: { authorization } })
}

test('who the hook knows publishes, watches, and sees names', async (t) => {
  const { phone } = await start(t)
  const [alice, bob] = [phone('alice'), phone('bob')]
  assert.equal((await alice.publish(presenceOf('alice'))).status, 200)
  assert.equal((await bob.subscribe('sip:alice@example.com')).response.status, 200)
  const { body } = await bob.notify()
  assert.match(body, /<basic>open/)
  assert.match(body, /Alice/)
})

test('a wrong password, nobody, and who is disabled are not let in', async (t) => {
  const { phone, root } = await start(t)
  for (const stranger of [phone('alice', 'wrong'), phone('nobody'), phone('carol')]) {
    const { status } = await stranger.publish(presenceOf('alice'))
    assert.ok(status === 401 || status === 403, `${stranger.aor}: ${status}`)
  }
  assert.equal((await xcapStatus(root, phone, 'wrong')).status, 401)
  assert.equal((await xcapStatus(root, phone, 'secret')).status, 404)
})

test('a hook that fails: 503 with Retry-After for SIP and HTTP, whatever it said before', async (t) => {
  const { hook, phone, root } = await start(t)
  const alice = phone('alice')
  assert.equal((await alice.publish(presenceOf('alice'))).status, 200)
  hook.answer = (response) => response.writeHead(500).end()
  const refused = await alice.publish(presenceOf('alice'))
  assert.equal(refused.status, 503)
  assert.ok(refused.header('Retry-After'))
  const { status, headers } = await xcapStatus(root, phone, 'secret')
  assert.equal(status, 503)
  assert.ok(headers.get('retry-after'))
})
