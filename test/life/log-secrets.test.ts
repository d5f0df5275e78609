/** The log at its most talkative, searched for what nobody may read there. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { askRunningService } from '../../service/administration/running-service.ts'
import { addToken } from '../../service/administration/token-operations.ts'
import { readConfiguration } from '../../service/config.ts'
import { createLog } from '../../service/log.ts'
import { startVisage } from '../../service/main.ts'
import { systemClock } from '../../service/system-clock.ts'
import { createPhone } from '../presence/phone.ts'
import { freePort } from '../support/free-port.ts'
import { openSipClient } from '../support/sip-client.ts'
import { createXcapCaller } from '../xcap/support/xcap-caller.ts'

const PASSWORD = 'Tr0ub4dor-and-3'
const WRONG = 'wr0ng-horse-battery'
const HA1 = '0123456789abcdef0123456789abcdef'
/** One pixel, as PNG. */
const ICON = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGMQMgkDAAD4AJ3MaiF4AAAAAElFTkSuQmCC',
  'base64',
)

async function talkativeService(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'visage-log-'))
  const admin = await freePort()
  const configuration = readConfiguration({
    environment: {},
    folder,
    flags: {
      ...{ domains: ['example.com'], data: folder, log: { level: 'debug' } },
      http: { listen: '127.0.0.1:0' },
      sip: { listen: ['udp:127.0.0.1:0'] },
      admin: { listen: `127.0.0.1:${admin}` },
    },
  })
  const lines: string[] = []
  const log = createLog('debug', (line) => void lines.push(line))
  const visage = await startVisage(configuration, { log, clock: systemClock })
  t.after(async () => {
    await visage.stop()
    rmSync(folder, { recursive: true })
  })
  await visage.accounts.add({ address: 'alice@example.com', password: PASSWORD })
  const portIn = (address = '') => Number(address.split(':').at(-1))
  const client = await openSipClient(portIn(visage.addresses.sip[0]))
  t.after(() => client.close())
  const port = portIn(visage.addresses.http[0])
  return { lines, folder, admin, port, client }
}

test('no password, HA1, nonce, answer, cookie, token or icon is in the log at debug', async (t) => {
  const { lines, folder, admin, port, client } = await talkativeService(t)
  const secrets = new Set([PASSWORD, WRONG, HA1, ICON.toString('base64').slice(20, 60)])
  const keep = (text: unknown) => {
    for (const [, secret = ''] of String(text).matchAll(/(?:nonce|response)="([^"]+)"/g)) {
      secrets.add(secret)
    }
  }

  for (const password of [PASSWORD, WRONG]) {
    const phone = createPhone(client, 'alice', 'example.com', password)
    const answer = await phone.publish('<presence/>', ['Content-Type: application/pidf+xml'])
    keep(answer.text)
    keep(
      phone.authorization(
        answer.header('WWW-Authenticate') ?? 'Digest realm="", nonce=""',
        'PUBLISH',
        'sip:x',
      ),
    )
  }
  client.send(`BROKEN sip: SIP/2.0\r\nAuthorization: Digest response="${PASSWORD}"\r\n\r\n`)

  const call = createXcapCaller({ port, password: PASSWORD })
  const home = '/xcap-root/oma_status-icon/users/sip:alice@example.com/a.png'
  const put = { headers: { 'Content-Type': 'image/png' }, body: ICON }
  keep((await call('PUT', home, put)).headers['www-authenticate'])
  await call('PUT', home, { ...put, as: 'alice' })
  await call('PUT', home, { ...put, as: 'alice', password: WRONG })
  await call('GET', `${home}?password=${PASSWORD}`)
  const basic = Buffer.from(`alice:${PASSWORD}`).toString('base64')
  secrets.add(basic)
  await call('GET', home, { headers: { Authorization: `Basic ${basic}` } })
  const signIn = (password: string) =>
    call('POST', '/session', {
      headers: { 'Content-Type': 'application/json', Origin: `http://127.0.0.1:${port}` },
      body: JSON.stringify({ address: 'alice@example.com', password, remember: true }),
    })
  const cookie = (await signIn(PASSWORD)).headers['set-cookie']?.[0]?.split(/[=;]/)[1]
  assert.ok(cookie)
  secrets.add(cookie)
  await signIn(WRONG)
  await call('GET', home, { headers: { Cookie: `visage-session=${cookie}` } })

  const ask = await askRunningService(folder)
  const { text: token } = (await ask?.(addToken, { name: 'log', scope: 'write' })) ?? { text: '' }
  secrets.add(token)
  const operator = createXcapCaller({ port: admin, password: '' })
  const json = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const accounts = '/admin/v1/accounts'
  for (const secret of [{ password: WRONG }, { ha1: HA1 }, { ha1: [HA1] }, { other: PASSWORD }]) {
    const body = JSON.stringify({ address: 'bob@example.com', ...secret })
    await operator('POST', accounts, { headers: json, body })
    await operator('PUT', `${accounts}/alice@example.com/password`, { headers: json, body })
  }
  await operator('GET', `${accounts}?token=${token}`, {
    headers: { Authorization: `Bearer ${token}x` },
  })

  const said = lines.join('')
  assert.match(said, /"HTTP request"/)
  assert.match(said, /malformed SIP message/)
  assert.ok(secrets.size >= 9, String(secrets.size))
  for (const secret of secrets) {
    if (secret !== '') assert.ok(!said.includes(secret), `the log has ${secret}`)
  }
})
