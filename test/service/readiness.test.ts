/** Whether people may be sent to this process: /readyz for load balancers, OPTIONS for SIP dispatchers. RFC 3261 §11. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { readConfiguration } from '../../service/config.ts'
import { createSipAdmission } from '../../service/load/sip-load.ts'
import { startVisage } from '../../service/main.ts'
import { createObserved } from '../../service/metrics/observed.ts'
import { createReadiness } from '../../service/readiness.ts'
import { systemClock } from '../../service/system-clock.ts'
import { parseSipMessage } from '../../core/sip/parse-sip-message.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import { createPhone } from '../presence/phone.ts'
import { freePort } from '../support/free-port.ts'
import { openSipClient } from '../support/sip-client.ts'

test('it is ready when everything listens, the store answers and all workers are there; each reason has its name', () => {
  let [isLive, missing] = [true, [] as number[]]
  const readiness = createReadiness({ isLive: () => isLive, missing: () => missing })
  assert.deepEqual(readiness.reasons(), ['starting'])
  readiness.open()
  assert.deepEqual(readiness.reasons(), [])
  isLive = false
  missing = [2]
  assert.deepEqual(readiness.reasons(), ['store', 'workers'])
  readiness.drain()
  readiness.open()
  assert.deepEqual(readiness.reasons(), ['draining', 'store', 'workers'])
})

test('a worker that is away sends nobody elsewhere by SIP: the others serve its people', () => {
  const readiness = createReadiness({ missing: () => [2] })
  readiness.open()
  assert.deepEqual([readiness.isWelcoming(), readiness.reasons()], [true, ['workers']])
})

function request(method: string): SipMessage {
  const text =
    `${method} sip:localhost SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1\r\n` +
    `From: <sip:a@localhost>;tag=1\r\nTo: <sip:localhost>\r\nCall-ID: 1\r\nCSeq: 1 ${method}\r\nContent-Length: 0\r\n\r\n`
  const parsed = parseSipMessage(Buffer.from(text), { stream: false })
  assert.ok(!('problem' in parsed))
  return parsed
}

test('while it drains OPTIONS is refused, and whoever is here is served', () => {
  let isWelcoming = true
  const mayBegin = createSipAdmission({
    overload: { admits: () => true },
    maySourceAsk: () => true,
    isTrustedPeer: () => true,
    refused: createObserved('/xcap-root').refused,
    isWelcoming: () => isWelcoming,
  })
  const flow = { remoteAddress: '127.0.0.1' } as Parameters<typeof mayBegin>[1]
  assert.ok(mayBegin(request('OPTIONS'), flow))
  isWelcoming = false
  assert.ok(!mayBegin(request('OPTIONS'), flow))
  assert.ok(mayBegin(request('SUBSCRIBE'), flow) && mayBegin(request('PUBLISH'), flow))
})

const NOT_ANY_MORE = { ready: false, reasons: ['draining'], missingWorkers: [] }

test('/readyz, on the administration’s listener alone, and OPTIONS say whether people may be sent here: started, and about to end', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'visage-ready-'))
  const admin = `127.0.0.1:${await freePort()}`
  const configuration = readConfiguration({
    environment: {},
    folder,
    flags: {
      domains: ['localhost'],
      http: { listen: '127.0.0.1:0' },
      sip: { listen: ['udp:127.0.0.1:0'] },
      admin: { listen: admin },
      shutdown: { announce: '1s' },
    },
  })
  const visage = await startVisage(configuration, { log: silentLog, clock: systemClock })
  t.after(async () => {
    await visage.stop()
    rmSync(folder, { recursive: true })
  })
  const answer = await fetch(`http://${admin}/readyz`)
  assert.equal(answer.status, 200)
  assert.deepEqual(await answer.json(), { ready: true, reasons: [], missingWorkers: [] })
  assert.equal((await fetch(`http://${admin}/readyz`, { method: 'POST' })).status, 405)
  assert.equal((await fetch(`http://${visage.addresses.http[0] ?? ''}/readyz`)).status, 404)
  const client = await openSipClient(Number(visage.addresses.sip[0]?.split(':').at(-1)))
  t.after(() => client.close())
  const dispatcher = createPhone(client, 'dispatcher', 'localhost', '')
  const asked = await dispatcher.request('OPTIONS', { uri: 'sip:localhost', anonymous: true })
  assert.equal(asked.status, 200)
  const drained = visage.drain()
  const draining = await fetch(`http://${admin}/readyz`)
  assert.deepEqual([draining.status, await draining.json()], [503, NOT_ANY_MORE])
  const again = await dispatcher.request('OPTIONS', { uri: 'sip:localhost', anonymous: true })
  assert.equal(again.status, 503)
  assert.match(again.header('retry-after') ?? '', /^\d+$/)
  assert.equal((await fetch(`${visage.addresses.xcapRoot}/xcap-caps/global/index`)).status, 200)
  await drained
})
