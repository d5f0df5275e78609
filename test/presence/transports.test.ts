/** NOTIFYs by the transport of the dialog: proxies that come back, restarts of ours, WebSockets that are gone. RFC 3261 §12.2.1.1, RFC 5626 §5.3, RFC 7118 §5. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { createServer, type TLSSocket } from 'node:tls'
import { certificates } from '../support/certificates.ts'
import { startAgent } from './agent-harness.ts'
import { pidf } from './phone.ts'

const ALICE = 'sip:alice@example.com'
const noted = (note: string) =>
  pidf(ALICE, 'open').replace('</tuple>', `<note>${note}</note></tuple>`)

/** A proxy that waits for connections over TLS; gives what came first on the first of them. */
async function secureProxy(t: TestContext) {
  const server = createServer(certificates('localhost').usual)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const first = once(server, 'secureConnection').then(async ([socket]) => {
    const [bytes] = (await once(socket as TLSSocket, 'data')) as [Buffer]
    ;(socket as TLSSocket).destroy()
    return bytes.toString()
  })
  t.after(() => server.close())
  return { port: (server.address() as AddressInfo).port, first }
}

for (const uri of ['sip:127.0.0.1:PORT;transport=tls;r2=on;lr', 'sips:127.0.0.1:PORT;r2=on;lr']) {
  test(`DESIGN 7: when a proxy’s connection has ended, NOTIFY opens one to where its Record-Route says: ${uri}`, async (t) => {
    const agent = await startAgent(t)
    const [alice, proxy] = [
      await agent.phone('alice'),
      await agent.phone('bob', { transport: 'TLS' }),
    ]
    const listening = await secureProxy(t)
    const outer = '<sip:198.51.100.1:5060;r2=on;lr>'
    const inner = `<${uri.replace('PORT', String(listening.port))}>`
    const routes = [inner, outer].map((route) => `Record-Route: ${route}`)
    await proxy.subscribe(ALICE, ['Expires: 600', ...routes])
    assert.deepEqual((await proxy.notify()).headers('route'), [inner, outer])
    await agent.advance(0)
    await proxy.client.close()
    await alice.publish(noted('after its restart'))
    const notify = await listening.first
    assert.match(notify, /^NOTIFY sip:bob-.*\r\nVia: SIP\/2\.0\/TLS 127\.0\.0\.1:/)
    assert.ok(notify.includes(`\r\nRoute: ${inner}\r\nRoute: ${outer}\r\n`))
  })
}

for (const transport of ['TLS', 'WS', 'WSS'] as const) {
  test(`RFC 6665 §4.2.2: after a restart a ${transport} subscription is there, and served from its next refresh on`, async (t) => {
    const agent = await startAgent(t)
    const bob = await agent.phone('bob', { transport })
    const dialog = await bob.subscribe(ALICE)
    const before = Number.parseInt((await bob.notify()).header('cseq') ?? '')
    await agent.restart()
    const alice = await agent.phone('alice')
    await alice.publish(noted('meanwhile'))
    const again = await agent.phone('bob', { transport })
    assert.equal((await again.refresh(dialog, 600, 50)).status, 200)
    const notify = await again.notify()
    assert.match(notify.body, /meanwhile/)
    assert.ok(Number.parseInt(notify.header('cseq') ?? '') > before)
  })
}

test('RFC 5626 §5.3: NOTIFY follows the newest flow of the dialog, from one transport to another', async (t) => {
  const agent = await startAgent(t)
  const alice = await agent.phone('alice')
  const first = await agent.phone('bob', { transport: 'WS' })
  const dialog = await first.subscribe(ALICE)
  await first.notify()
  let cseq = 100
  for (const transport of ['TLS', 'UDP', 'WSS', 'TCP'] as const) {
    const next = await agent.phone('bob', { transport })
    await next.refresh(dialog, 600, (cseq += 10))
    await next.notify()
    await alice.publish(noted(transport))
    assert.match((await next.notify()).body, new RegExp(`<note>${transport}<`))
  }
  assert.deepEqual(first.client.untaken(), [])
})
