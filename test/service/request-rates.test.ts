/** How often one source, and one account, may ask of the running service. RFC 6585 §4, RFC 3261 §21.5.4. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { readConfiguration } from '../../service/config.ts'
import { createRequestRate } from '../../service/load/request-rate.ts'
import { startVisage } from '../../service/main.ts'
import { systemClock } from '../../service/system-clock.ts'
import { createPhone } from '../presence/phone.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { openSipClient } from '../support/sip-client.ts'

const ALICE = 'sip:alice@localhost'

async function start(t: TestContext, limits: object, more: { http?: object; sip?: object } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'visage-rates-'))
  const configuration = readConfiguration({
    environment: {},
    folder,
    flags: {
      domains: ['localhost'],
      http: { listen: '127.0.0.1:0', ...more.http },
      sip: { listen: ['udp:127.0.0.1:0'], ...more.sip },
      admin: { listen: [] },
      limits,
    },
  })
  const visage = await startVisage(configuration, { log: silentLog, clock: systemClock })
  t.after(async () => {
    await visage.stop()
    rmSync(folder, { recursive: true })
  })
  await visage.accounts.add({ address: 'alice@localhost', password: 'secret' })
  const client = await openSipClient(Number(visage.addresses.sip[0]?.split(':').at(-1)))
  t.after(() => client.close())
  return { phone: createPhone(client, 'alice', 'localhost', 'secret'), url: visage.addresses }
}

/** One after the other, none sent again. */
async function statuses(times: number, ask: () => Promise<number>): Promise<number[]> {
  const all: number[] = []
  while (all.length < times) all.push(await ask())
  return all
}

test('ten seconds’ worth may come at once, then one at a time as they become due', () => {
  const clock = createManualClock()
  const mayAsk = createRequestRate(2, clock)
  const burst = () => Array.from({ length: 30 }, () => mayAsk('x')).filter(Boolean).length
  assert.equal(burst(), 20)
  assert.ok(mayAsk('y'), 'another one is not held up')
  clock.advance(1_000)
  assert.equal(burst(), 2)
})

test('RFC 3261 §21.5.4: a source that asks too often gets 503 with Retry-After; a trusted peer never does', async (t) => {
  const limits = { sipRequestsPerSource: 1 }
  const { phone } = await start(t, limits)
  const options = async () => (await phone.request('OPTIONS', { uri: ALICE })).status
  assert.deepEqual(await statuses(12, options), [...new Array<number>(10).fill(200), 503, 503])
  const refused = await phone.request('OPTIONS', { uri: ALICE })
  assert.ok(Number(refused.header('retry-after')) >= 5)

  const { phone: proxied } = await start(t, limits, { sip: { trustedPeers: ['127.0.0.1'] } })
  const again = async () => (await proxied.request('OPTIONS', { uri: ALICE })).status
  assert.deepEqual(await statuses(15, again), new Array<number>(15).fill(200))
})

test('an account that asks too often gets 503 too, wherever it asks from', async (t) => {
  const { phone } = await start(t, { sipRequestsPerAccount: 1 })
  const publish = async () => (await phone.publish(undefined, ['SIP-If-Match: none'])).status
  assert.deepEqual(await statuses(12, publish), [...new Array<number>(10).fill(412), 503, 503])
})

test('RFC 6585 §4: an HTTP client that asks too often gets 429 with Retry-After; what a proxy says of it counts', async (t) => {
  const { url } = await start(
    t,
    { httpRequestsPerSource: 1 },
    { http: { trustProxy: '127.0.0.1' } },
  )
  const ask = async (from: string) => {
    const response = await fetch(`${url.xcapRoot}/xcap-caps/global/index`, {
      headers: { 'x-forwarded-for': from },
    })
    await response.arrayBuffer()
    return response.status === 429 ? Number(response.headers.get('retry-after')) : response.status
  }
  assert.deepEqual(await statuses(10, () => ask('192.0.2.1')), new Array<number>(10).fill(200))
  const wait = await ask('192.0.2.1')
  assert.ok(wait >= 5 && wait < 10, String(wait))
  assert.equal(await ask('192.0.2.2'), 200)
})
