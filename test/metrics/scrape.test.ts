/** GET /metrics of a running service: what it says after requests were served. Text exposition format 0.0.4. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { readConfiguration } from '../../service/config.ts'
import { startVisage } from '../../service/main.ts'
import { systemClock } from '../../service/system-clock.ts'
import { createPhone } from '../presence/phone.ts'
import { freePort } from '../support/free-port.ts'
import { openSipClient } from '../support/sip-client.ts'

async function start(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'visage-metrics-'))
  const admin = `127.0.0.1:${await freePort()}`
  const configuration = readConfiguration({
    environment: {},
    folder,
    flags: {
      domains: ['localhost'],
      http: { listen: '127.0.0.1:0' },
      sip: { listen: ['udp:127.0.0.1:0', 'tcp:127.0.0.1:0'] },
      admin: { listen: admin },
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
  const phone = createPhone(client, 'alice', 'localhost', 'secret')
  const scrape = async () => {
    const answer = await fetch(`http://${admin}/metrics`)
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
    return answer.text()
  }
  return { visage, admin, phone, scrape }
}

/** Of the line that begins so. */
function valueOf(text: string, series: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  assert.ok(line, `${series} is not among\n${text}`)
  return Number(line.slice(series.length + 1))
}

test('what was served is in the next scrape: SIP, subscriptions, NOTIFYs, HTTP, sign-ins, store', async (t) => {
  const { visage, phone, scrape } = await start(t)
  await phone.subscribe('sip:alice@localhost')
  await phone.notify()
  await fetch(`${visage.addresses.xcapRoot}/pres-content/users/sip:alice@localhost/x`)
  const text = await scrape()
  assert.equal(valueOf(text, 'visage_subscriptions{package="presence",state="active"}'), 1)
  const received = (status: number) =>
    `visage_sip_requests_received_total{method="SUBSCRIBE",status="${status}"}`
  assert.deepEqual([valueOf(text, received(401)), valueOf(text, received(200))], [1, 1])
  assert.equal(valueOf(text, 'visage_watchers'), 1)
  assert.equal(valueOf(text, 'visage_notify_outcomes_total{outcome="told"}'), 1)
  assert.equal(valueOf(text, 'visage_notify_delay_seconds_count'), 1)
  assert.equal(valueOf(text, 'visage_notify_delay_seconds_bucket{le="+Inf"}'), 1)
  assert.equal(valueOf(text, 'visage_sign_ins_total{outcome="ok"}'), 1)
  const http = 'visage_http_requests_total{route="xcap",method="GET",status="404"}'
  assert.equal(valueOf(text, http), 1)
  const stored = 'visage_store_operation_duration_seconds_count{operation="event_state"}'
  assert.ok(valueOf(text, stored) >= 1)
  assert.equal(valueOf(text, 'visage_ready'), 1)
  assert.match(text, /^process_resident_memory_bytes \d+/m)
  assert.match(text, /^nodejs_eventloop_lag_seconds /m)
})

test('other methods than GET and HEAD are refused, and nothing is served beside the administration’s listener', async (t) => {
  const { visage, admin } = await start(t)
  assert.equal((await fetch(`http://${admin}/metrics`, { method: 'POST' })).status, 405)
  assert.equal((await fetch(`http://${visage.addresses.http[0] ?? ''}/metrics`)).status, 404)
})
