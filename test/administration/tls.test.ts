/** admin.listen over TLS: there a password may travel. RFC 6750 §5.3 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { askRunningService } from '../../service/administration/running-service.ts'
import { addToken } from '../../service/administration/token-operations.ts'
import { readConfiguration } from '../../service/config.ts'
import { startVisage } from '../../service/main.ts'
import { systemClock } from '../../service/system-clock.ts'
import { authority, certificatePaths } from '../support/certificates.ts'
import { freePort } from '../support/free-port.ts'

test('admin.listen with tls: a password is taken, with a token that the socket has made', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'visage-admin-tls-'))
  const port = await freePort()
  const listen = { address: `127.0.0.1:${port}`, tls: certificatePaths('localhost') }
  const configuration = readConfiguration({
    ...{ environment: {}, folder },
    flags: {
      domains: ['a.example'],
      data: folder,
      http: { listen: '127.0.0.1:0' },
      sip: { listen: ['udp:127.0.0.1:0'] },
      admin: { listen },
    },
  })
  const visage = await startVisage(configuration, { log: silentLog, clock: systemClock })
  t.after(async () => {
    await visage.stop()
    rmSync(folder, { recursive: true })
  })
  const ask = await askRunningService(folder)
  assert.ok(ask)
  const { text } = await ask(addToken, { name: 'tls', scope: 'write' })
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { authorization: `Bearer ${text}`, 'content-type': 'application/json' }
    const where = { host: '127.0.0.1', servername: 'localhost', port, path: '/admin/v1/accounts' }
    request({ ...where, method: 'POST', headers, ca: authority, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .once('error', reject)
      .end(JSON.stringify({ address: 'alice@a.example', password: 'open sesame' }))
  })
  assert.equal(status, 201)
})
