/** A service whose configuration is read again. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { silentLog } from '../../core/model/log.ts'
import { lastReload } from '../../service/administration/reload-operations.ts'
import { askRunningService } from '../../service/administration/running-service.ts'
import { readConfiguration } from '../../service/config.ts'
import { ConfigurationError } from '../../service/config-problems.ts'
import { startVisage } from '../../service/main.ts'
import { systemClock } from '../../service/system-clock.ts'

type Said = Readonly<Record<string, unknown>>

/** A service, and the configuration that it will read again. */
async function service(t: TestContext, first: Said = {}) {
  const data = mkdtempSync(join(tmpdir(), 'visage-reload-'))
  const fixed = {
    ...{ data, domains: ['example.com'], admin: { listen: [] } },
    http: { listen: '127.0.0.1:0' },
    sip: { listen: 'udp:127.0.0.1:0' },
  }
  const says = { now: first }
  const readAgain = () =>
    readConfiguration({ environment: {}, flags: merged(fixed, says.now), folder: data })
  const log = { ...silentLog, level: 'info' }
  const visage = await startVisage(readAgain(), { log, clock: systemClock, readAgain })
  t.after(async () => {
    await visage.stop()
    rmSync(data, { recursive: true })
  })
  const reload = (said: Said) => {
    says.now = said
    return visage.reload()
  }
  const [, , port = ''] = visage.addresses.sip[0]?.split(':') ?? []
  return {
    visage,
    reload,
    log,
    url: `http://${visage.addresses.http[0] ?? ''}`,
    port: Number(port),
  }
}

function merged(fixed: Said, said: Said): Said {
  const entries = Object.entries(said).map(([key, value]) => {
    const isSection = typeof value === 'object' && value !== null && !Array.isArray(value)
    return [key, isSection ? { ...(fixed[key] as Said | undefined), ...value } : value] as const
  })
  return { ...fixed, ...Object.fromEntries(entries) }
}

const request = (method: string, to: string, lines: readonly string[]) =>
  [
    `${method} sip:${to} SIP/2.0`,
    'Via: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bK' + String(Math.random()).slice(2),
    'Max-Forwards: 70',
    'From: <sip:alice@example.com>;tag=1',
    `To: <sip:${to}>`,
    `Call-ID: ${String(Math.random())}`,
    `CSeq: 1 ${method}`,
    ...lines,
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n')

async function answerTo(port: number, message: string): Promise<string> {
  const socket = createSocket('udp4')
  socket.send(message, port, '127.0.0.1')
  const [answer] = (await once(socket, 'message')) as [Buffer]
  socket.close()
  return answer.toString()
}

const subscribe = (to: string, expires: number) =>
  request('SUBSCRIBE', to, [
    'Event: presence',
    'Contact: <sip:x@127.0.0.1:9>',
    `Expires: ${expires}`,
  ])

test('what cannot be changed while running is named, and stays', async (t) => {
  const { reload, url } = await service(t)
  const reloaded = reload({ sip: { digestAlgorithms: ['SHA-256'] }, icons: { maxAge: '2d' } })
  assert.deepEqual(reloaded, { changed: ['icons.maxAge'], needRestart: ['sip.digestAlgorithms'] })
  assert.deepEqual(reload({}), { changed: ['icons.maxAge'], needRestart: [] })
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
})

test('a configuration with an error changes nothing', async (t) => {
  const { reload, log } = await service(t)
  assert.throws(
    () => reload({ log: { level: 'debug' }, limits: { subscriptions: 0 } }),
    ConfigurationError,
  )
  assert.equal(log.level, 'info')
})

const localhost = (name: string) =>
  fileURLToPath(new URL(`../fixtures/service/${name}`, import.meta.url))

test('a certificate that cannot be used changes nothing else either, and whoever asks later is told of it', async (t) => {
  const certificate = join(mkdtempSync(join(tmpdir(), 'visage-reload-tls-')), 'tls.pem')
  t.after(() => {
    rmSync(dirname(certificate), { recursive: true })
  })
  copyFileSync(localhost('localhost.pem'), certificate)
  const tls = { certificate, key: localhost('localhost.key') }
  const http = { listen: [{ address: '127.0.0.1:0', tls }] }
  const { visage, reload, log } = await service(t, { http })
  const ask = await askRunningService(visage.configuration.data)
  assert.deepEqual(await ask?.(lastReload, {}), { outcome: 'none', needRestart: [] })
  writeFileSync(certificate, 'half a certif')
  assert.throws(() => reload({ http, log: { level: 'debug' } }), ConfigurationError)
  assert.equal(log.level, 'info')
  const failed = await ask?.(lastReload, {})
  assert.equal(failed?.outcome, 'failed')
  assert.match(failed.problem ?? '', /http\.listen\[0\]\.tls/)
  copyFileSync(localhost('localhost.pem'), certificate)
  reload({ http, log: { level: 'debug' } })
  assert.equal((await ask?.(lastReload, {}))?.outcome, 'succeeded')
})

test('log.level holds at once', async (t) => {
  const { reload, log } = await service(t)
  reload({ log: { level: 'debug' } })
  assert.equal(log.level, 'debug')
})

test('sip.trustedPeers and presence.minExpires hold from the next request on', async (t) => {
  const { reload, port } = await service(t)
  assert.match(await answerTo(port, subscribe('bob@example.com', 30)), /^SIP\/2\.0 401 /)
  reload({
    sip: { trustedPeers: ['127.0.0.1'] },
    domains: [{ name: 'example.com', externalAccounts: true }],
  })
  const brief = await answerTo(port, subscribe('bob@example.com', 30))
  assert.match(brief, /^SIP\/2\.0 423 /)
  assert.match(brief, /^Min-Expires: 60\r$/m)
  reload({
    ...{ sip: { trustedPeers: ['127.0.0.1'] }, presence: { minExpires: '20s' } },
    domains: [{ name: 'example.com', externalAccounts: true }],
  })
  assert.match(await answerTo(port, subscribe('bob@example.com', 30)), /^SIP\/2\.0 200 /)
  reload({})
  assert.match(await answerTo(port, subscribe('bob@example.com', 90)), /^SIP\/2\.0 401 /)
})

test('a domain that is added is served, one that is taken away stays until the restart', async (t) => {
  const { reload, url } = await service(t)
  const tree = `${url}/xcap-root/resource-lists/users/sip:alice@example.org/index`
  const realm = async () => (await fetch(tree)).headers.get('www-authenticate') ?? ''
  assert.doesNotMatch(await realm(), /example\.org/)
  assert.deepEqual(reload({ domains: ['example.com', 'example.org'] }).changed, ['domains'])
  assert.match(await realm(), /realm="example\.org"/)
  assert.deepEqual(reload({ domains: ['example.com'] }).needRestart, ['domains'])
  assert.match(await realm(), /realm="example\.org"/)
})

test('icons.access, http.page and the rates hold from the next request on', async (t) => {
  const { reload, url } = await service(t)
  const icon = `${url}/xcap-root/oma_status-icon/users/sip:alice@example.com/a.png`
  assert.equal((await fetch(icon)).status, 404)
  reload({ icons: { access: 'authenticated' } })
  await untilStatus(icon, 401)
  reload({ icons: { access: 'authenticated' }, limits: { httpRequestsPerSource: 1 } })
  await untilStatus(icon, 429)
})

test('the quota of a domain holds from the next request on', async (t) => {
  const { visage, reload, url } = await service(t, { http: { assertedFrom: ['127.0.0.1'] } })
  await visage.accounts.add({ address: 'alice@example.com', password: 'correct-horse-battery' })
  const put = async (place: string, mediaType: string, body: string) => {
    const headers = {
      'content-type': mediaType,
      'x-3gpp-asserted-identity': '"sip:alice@example.com"',
    }
    const target = `${url}/xcap-root/${place}`
    const response = await fetch(target, { method: 'PUT', headers, body })
    await response.arrayBuffer()
    return response.status
  }
  const list = (name: string) =>
    put(
      `resource-lists/users/sip:alice@example.com/${name}`,
      'application/resource-lists+xml',
      '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>',
    )
  assert.equal(await list('index'), 201)
  const domains = [{ name: 'example.com', quota: { documentsPerUser: 1 } }]
  assert.deepEqual(reload({ http: { assertedFrom: ['127.0.0.1'] }, domains }).changed, ['domains'])
  assert.equal(await list('index2'), 409)
})

/** The HTTP side is made anew beside the one that serves. */
async function untilStatus(url: string, status: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const response = await fetch(url)
    await response.arrayBuffer()
    if (response.status === status) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.fail(`${url} never answers ${status}`)
}
