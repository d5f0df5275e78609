/** The gateway put together, between a scripted XMPP server and a scripted presence agent. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createDomains } from '../../core/model/domain.ts'
import { silentLog } from '../../core/model/log.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { createXmppGateway } from '../../xmpp-gateway/create-xmpp-gateway.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { ACTIVE, createScriptedSource } from './pairs-desk.ts'
import { createScriptedServer, type ScriptedServer } from './scripted-server.ts'

const SECRET = 's'
const DOCUMENT =
  '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:alice@sip.example"><tuple id="a"><status><basic>open</basic></status></tuple></presence>'
const domains = createDomains([
  {
    ...{ name: 'sip.example', realm: 'sip.example', aliases: [] },
    ...{ defaultPolicy: 'allow', externalAccounts: false },
  },
])

async function openStore(t: TestContext): Promise<OpenedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-gateway-'))
  const store = await openLevelStore({ folder, clock: createManualClock(), log: silentLog })
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  return store
}

async function openServer(t: TestContext): Promise<ScriptedServer> {
  const server = await createScriptedServer()
  t.after(() => server.stop())
  return server
}

async function openGateway(t: TestContext, store: OpenedStore, server: ScriptedServer) {
  const clock = createManualClock()
  const { source, watches } = createScriptedSource()
  const gateway = createXmppGateway({
    ...{ ...store, domains, source, clock, trace: false, log: silentLog },
    components: ['sip.example'],
    server: { host: '127.0.0.1', port: server.port, secret: SECRET },
    contactDomains: ['xmpp.example'],
    ...{ subscribeBack: false, fetchPictures: false },
    limits: { pairs: 100, pairsPerPerson: 10, maxPixels: 1_000_000, documentBytes: 65_536 },
    allowance: { documents: 10, bytes: 1_000_000 },
    iconTokenKey: new Uint8Array(32),
  })
  await gateway.start()
  gateway.open()
  let isStopped = false
  const stop = async () => {
    if (isStopped) return
    isStopped = true
    const stopping = gateway.stop()
    await new Promise((next) => setTimeout(next, 50))
    clock.advance(2_000)
    await stopping
  }
  t.after(stop)
  const side = await server.accept()
  await side.handshake(SECRET)
  return { gateway, side, watches, stop }
}

async function meet(given: Awaited<ReturnType<typeof openGateway>>): Promise<void> {
  const { side, watches } = given
  side.says("<presence type='subscribe' from='bob@xmpp.example' to='alice@sip.example'/>")
  while (watches.length === 0) await new Promise(setImmediate)
  watches[0]?.hears({ ...ACTIVE, document: DOCUMENT })
  await side.receives(
    /<presence from="alice@sip.example" to="bob@xmpp.example" type="subscribed"\/>/,
  )
}

test('RFC 8048 §5.2: a contact who is let in is told so, and what there is', async (t) => {
  const given = await openGateway(t, await openStore(t), await openServer(t))
  await meet(given)
  const told = await given.side.receives(/<presence from="alice@sip.example\/sip".*?<\/presence>/)
  assert.match(told, /<c xmlns="http:\/\/jabber.org\/protocol\/caps"/)
  assert.deepEqual(
    given.watches.map(({ presentity, watcher }) => [presentity, watcher]),
    [['sip:alice@sip.example', 'sip:bob@xmpp.example']],
  )
})

test('RFC 8048 §8.1: people of XMPP domains that are not named are refused', async (t) => {
  const { side, watches } = await openGateway(t, await openStore(t), await openServer(t))
  side.says("<presence type='subscribe' from='carol@other.example' to='alice@sip.example'/>")
  await side.receives(/to="carol@other.example" type="error"><error type="auth"><forbidden/)
  assert.equal(watches.length, 0)
})

test('XEP-0030 §3: the domain is a gateway; what nobody knows is refused', async (t) => {
  const { side } = await openGateway(t, await openStore(t), await openServer(t))
  const head = "from='bob@xmpp.example/a' to='sip.example' type='get'"
  side.says(`<iq ${head} id='1'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`)
  const info = await side.receives(/<iq .*?<\/iq>/)
  assert.match(info, /type="result" id="1".*<identity category="gateway" type="simple"/)
  side.says(`<iq ${head} id='2'><query xmlns='jabber:iq:roster'/></iq>`)
  assert.match(await side.receives(/<iq .*?<\/iq>/), /id="2"><error type="cancel"><service-unav/)
})

test('RFC 6121 §4.5: a gateway that stops takes leave before it closes the stream', async (t) => {
  const given = await openGateway(t, await openStore(t), await openServer(t))
  await meet(given)
  await given.side.receives(/<presence from="alice@sip.example\/sip".*?<\/presence>/)
  await given.stop()
  const last = await given.side.receives(/<presence.*?<\/stream:stream>/)
  assert.match(
    last,
    /^<presence from="alice@sip.example.*?" type="unavailable"\/><\/stream:stream>/,
  )
})

test('RFC 6121 §3: a gateway that starts again knows its contacts, and tells them anew', async (t) => {
  const store = await openStore(t)
  const server = await openServer(t)
  const before = await openGateway(t, store, server)
  await meet(before)
  await before.stop()
  const { side, watches } = await openGateway(t, store, server)
  assert.deepEqual(
    watches.map(({ presentity, watcher }) => [presentity, watcher]),
    [['sip:alice@sip.example', 'sip:bob@xmpp.example']],
  )
  watches[0]?.hears({ ...ACTIVE, document: DOCUMENT })
  await side.receives(/<presence from="alice@sip.example\/sip" to="bob@xmpp.example">/)
})
