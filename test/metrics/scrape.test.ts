/** GET /metrics of a running service: what it says after requests were served. Text exposition format 0.0.4. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startObserved as start } from './observed-service.ts'

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
