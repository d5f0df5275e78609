/** The composition root: everything listens or nothing does, and it stops as cleanly as it started. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, IncomingMessage, request as httpRequest, ServerResponse } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { connect, createServer as createNetServer, Socket, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { silentLog } from '../../core/model/log.ts'
import { readConfiguration } from '../../service/config.ts'
import { createDoor } from '../../service/health.ts'
import { startVisage, type Visage } from '../../service/main.ts'
import { systemClock } from '../../service/system-clock.ts'
import { checkTlsFiles } from '../../service/tls-files.ts'

const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/service/${name}`, import.meta.url))
const tls = { certificate: fixture('localhost.pem'), key: fixture('localhost.key') }

function configurationOf(t: TestContext, flags: Record<string, unknown> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'visage-start-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  return readConfiguration({
    environment: {},
    folder,
    flags: {
      domains: ['localhost'],
      http: { listen: '127.0.0.1:0' },
      sip: { listen: ['udp:127.0.0.1:0', 'tcp:127.0.0.1:0'] },
      admin: { listen: [] },
      ...flags,
    },
  })
}

const startOn = (configuration: ReturnType<typeof configurationOf>) =>
  startVisage(configuration, { log: silentLog, clock: systemClock })

async function start(t: TestContext, flags: Record<string, unknown> = {}): Promise<Visage> {
  const visage = await startOn(configurationOf(t, flags))
  t.after(() => visage.stop())
  return visage
}

test('the example configuration starts, with an application usage to try XCAP on', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'visage-example-'))
  const configuration = readConfiguration({
    file: fileURLToPath(new URL('../../docs/visage.example.yaml', import.meta.url)),
    environment: { VISAGE_ADMIN_LISTEN: '[]' },
    folder,
    flags: { data: folder, http: { listen: '127.0.0.1:0' }, sip: { listen: 'udp:127.0.0.1:0' } },
  })
  const visage = await startOn(configuration)
  t.after(async () => {
    await visage.stop()
    rmSync(folder, { recursive: true })
  })
  const { addresses } = visage
  const caps = await fetch(`${addresses.xcapRoot}/xcap-caps/global/index`)
  assert.match(await caps.text(), /<auid>test-app<\/auid>/)
  const home = `${addresses.xcapRoot}/test-app/users/sip:alice@example.com/index`
  assert.equal((await fetch(home)).status, 401)
})

test('http.page: false: nothing is at /', async (t) => {
  const without = await start(t, { http: { listen: '127.0.0.1:0', page: false } })
  assert.equal((await fetch(`${without.addresses.publicUrl}/`)).status, 404)
  const usual = await start(t)
  // Run from its sources there is no page, which is said.
  assert.equal((await fetch(`${usual.addresses.publicUrl}/`)).status, 503)
})

test('a configured application usage that is there already: words for the operator', async (t) => {
  const usage = { auid: 'pres-rules', namespace: 'urn:x', mediaType: 'application/x+xml' }
  await assert.rejects(start(t, { applicationUsages: [usage] }), {
    message: 'applicationUsages: there is an application usage pres-rules already',
  })
})

async function takenPort(t: TestContext): Promise<string> {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => {
    other.close()
  })
  return `127.0.0.1:${(other.address() as AddressInfo).port}`
}

async function freePort(): Promise<number> {
  const server = createNetServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('healthz answers 200 on the main listener and on the administration’s, and nothing else there', async (t) => {
  const admin = `127.0.0.1:${await freePort()}`
  const { addresses } = await start(t, { admin: { listen: admin } })
  for (const address of [addresses.http[0] ?? '', admin]) {
    const answer = await fetch(`http://${address}/healthz`)
    assert.equal(answer.status, 200)
    assert.equal((await fetch(`http://${address}/healthz`, { method: 'POST' })).status, 405)
  }
  const caps = '/xcap-root/xcap-caps/global/index'
  assert.equal((await fetch(`http://${addresses.http[0] ?? ''}${caps}`)).status, 200)
  assert.equal((await fetch(`http://${admin}${caps}`)).status, 404)
})

test('before everything listens and while it stops, healthz and all else get 503; healthz too while the store cannot be reached', () => {
  let isLive = true
  const door = createDoor({ isLive: () => isLive })
  const statusOf = (url: string) => {
    const message = Object.assign(new IncomingMessage(new Socket()), { url, method: 'GET' })
    const response = new ServerResponse(message)
    door.handle(message, response)
    return response.statusCode
  }
  assert.deepEqual([statusOf('/healthz'), statusOf('/xcap-root')], [503, 503])
  door.open((_request, response) => {
    response.writeHead(204).end()
  })
  assert.deepEqual([statusOf('/healthz'), statusOf('/xcap-root')], [200, 204])
  isLive = false
  assert.deepEqual([statusOf('/healthz'), statusOf('/xcap-root')], [503, 204])
  door.close()
  assert.deepEqual([statusOf('/healthz'), statusOf('/xcap-root')], [503, 503])
})

test('when one address cannot be had, the others are free again and so is the store', async (t) => {
  const taken = await takenPort(t)
  const port = await freePort()
  const http = { listen: [`127.0.0.1:${port}`] }
  const broken = configurationOf(t, { http, admin: { listen: taken } })
  await assert.rejects(startOn(broken), new RegExp(`${taken} is taken by another program`))
  const whole = { ...broken, admin: { ...broken.admin, listen: [] } }
  const visage = await startOn(whole)
  assert.deepEqual(visage.addresses.http, [`127.0.0.1:${port}`])
  await visage.stop()
})

test('a SIP listener that cannot be had stops the start as well', async (t) => {
  const taken = await takenPort(t)
  const configuration = configurationOf(t, { sip: { listen: `tcp:${taken}` } })
  await assert.rejects(startOn(configuration), new RegExp(`tcp:${taken} is taken`))
})

test('an address that is none of this machine, and a host that is nowhere, are named', async (t) => {
  const elsewhere = configurationOf(t, { http: { listen: '192.0.2.1:8080' } })
  await assert.rejects(startOn(elsewhere), /192\.0\.2\.1:8080 is no address of this machine/)
})

test('http.listen with tls speaks HTTPS, and the public URL says so', async (t) => {
  const { addresses } = await start(t, { http: { listen: { address: '127.0.0.1:0', tls } } })
  assert.match(addresses.publicUrl, /^https:\/\/127\.0\.0\.1:\d+$/)
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    tlsRequest(`${addresses.publicUrl}/healthz`, { ca: readFileSync(tls.certificate) }, resolve)
      .once('error', reject)
      .end()
  })
  answer.resume()
  assert.equal(answer.statusCode, 200)
})

test('a certificate that cannot be read, or that does not fit its key, is named with its path', (t) => {
  const listening = (files: object) =>
    configurationOf(t, { http: { listen: { address: '127.0.0.1:0', tls: files } } })
  assert.throws(() => {
    checkTlsFiles(listening({ ...tls, key: '/no/such.key' }))
  }, /^ConfigurationError: http\.listen\[0\]\.tls\.key: ENOENT/)
  assert.throws(() => {
    checkTlsFiles(listening({ ...tls, key: tls.certificate }))
  }, /http\.listen\[0\]\.tls: certificate and key do not fit/)
})

test('stop waits for nobody who has nothing to say', async (t) => {
  const visage = await startOn(configurationOf(t))
  const [, port] = (visage.addresses.http[0] ?? '').split(':')
  const idle = connect(Number(port), '127.0.0.1')
  idle.on('error', () => undefined)
  await once(idle, 'connect')
  await fetch(`http://127.0.0.1:${port ?? ''}/healthz`)
  const before = Date.now()
  await visage.stop()
  idle.destroy()
  assert.ok(Date.now() - before < 4_000)
})

test('headers beyond 16 KiB are refused', async (t) => {
  const { addresses } = await start(t)
  const status = await new Promise<number | undefined>((resolve, reject) => {
    httpRequest(`http://${addresses.http[0] ?? ''}/healthz`, {
      headers: { 'x-long': 'x'.repeat(20_000) },
    })
      .once('response', (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      .once('error', reject)
      .end()
  })
  assert.equal(status, 431)
})

test('credentials are good for HTTP from the moment the account exists', async (t) => {
  const { addresses, accounts } = await start(t, {
    http: { listen: { address: '127.0.0.1:0', tls } },
  })
  await accounts.add({ address: 'alice@localhost', password: 'open sesame' })
  const url = `${addresses.xcapRoot}/org.openmobilealliance.xcap-directory/users/sip:alice@localhost/directory.xml`
  const status = (auth: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      tlsRequest(url, { auth, ca: readFileSync(tls.certificate) }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .once('error', reject)
        .end()
    })
  assert.equal(await status('alice:open sesame'), 200)
  assert.equal(await status('alice:wrong'), 401)
})
