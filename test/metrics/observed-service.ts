/** A service in the test's process whose metrics are read as Prometheus reads them. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { readConfiguration } from '../../service/config.ts'
import { startVisage } from '../../service/main.ts'
import { systemClock } from '../../service/system-clock.ts'
import { createPhone } from '../presence/phone.ts'
import { freePort } from '../support/free-port.ts'
import { openSipClient } from '../support/sip-client.ts'

export async function startObserved(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'visage-metrics-'))
  const admin = `127.0.0.1:${await freePort()}`
  const configuration = readConfiguration({
    environment: {},
    folder,
    flags: {
      domains: ['localhost'],
      http: { listen: '127.0.0.1:0' },
      sip: { listen: ['udp:127.0.0.1:0'] },
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
  return { configuration, visage, admin, phone, scrape }
}
