import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { attributeOf, xmlElement } from '../../core/documents/xml-element.ts'
import { silentLog } from '../../core/model/log.ts'
import { StanzaError } from '../../xmpp-gateway/stanza-error.ts'
import { stanza } from '../../xmpp-gateway/stanza.ts'
import { createStreams, type RunningStreams } from '../../xmpp-gateway/stream/create-streams.ts'
import { writeStanza } from '../../xmpp-gateway/stream/stanza-writer.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { createScriptedServer, type ScriptedServer } from './scripted-server.ts'

const SECRET = 'a secret'
const ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0)) await end()
})

async function setUp({ components = ['sip.example'], trace = false } = {}) {
  const server = await createScriptedServer()
  const clock = createManualClock()
  const received: string[] = []
  const turned: string[] = []
  const logged: { level: string; fields: Record<string, unknown>; text: string }[] = []
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, text: string) => {
    logged.push({ level, fields, text })
  }
  const streams = createStreams({
    components,
    server: { host: '127.0.0.1', port: server.port, secret: SECRET },
    pingTo: 'xmpp.example',
    receive: (incoming) => {
      received.push(writeStanza(incoming))
      heard()
    },
    trace,
    clock,
    random: () => 0.5,
    log: {
      ...silentLog,
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      debug: write('debug'),
    },
  })
  let heard = () => {}
  streams.follow({
    online: (domain) => turned.push(`${domain} online`),
    offline: (domain) => turned.push(`${domain} offline`),
  })
  ending.push(
    () => streams.close(),
    () => stopped(server),
  )
  streams.open()
  /** Until something is so that comes from the socket. */
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        heard = resolve
        setImmediate(resolve)
      })
    }
  }
  return { server, clock, received, turned, logged, streams, until }
}

async function stopped(server: ScriptedServer): Promise<void> {
  await server.stop().catch(() => undefined)
}

async function online(given: Awaited<ReturnType<typeof setUp>>) {
  const side = await given.server.accept()
  const domain = await side.handshake(SECRET)
  await given.until(() => given.streams.isOnline(domain))
  return side
}

function presence(type?: string, to = 'bob@xmpp.example') {
  return stanza('presence', { from: 'alice@sip.example', to, ...(type !== undefined && { type }) })
}

function ask(streams: RunningStreams, timeout?: number) {
  const child = xmlElement('urn:x', 'query')
  const asked = { type: 'get', from: 'alice@sip.example', to: 'Bob@xmpp.example/a', child } as const
  return streams.request(asked, timeout)
}

test('XEP-0114 §3: the component names its domain, proves the secret and then sends and receives', async () => {
  const given = await setUp()
  const side = await given.server.accept()
  assert.equal(given.streams.isOnline('sip.example'), false)
  assert.equal(await side.handshake(SECRET), 'sip.example')
  await given.until(() => given.turned.length > 0)
  assert.deepEqual(given.turned, ['sip.example online'])
  given.streams.send(presence())
  assert.ok(await side.receives(/<presence from="alice@sip.example" to="bob@xmpp.example"\/>/))
  side.says("<message from='bob@xmpp.example' to='alice@sip.example'><body>hi</body></message>")
  await given.until(() => given.received.length > 0)
  assert.deepEqual(given.received, [
    '<message from="bob@xmpp.example" to="alice@sip.example"><body>hi</body></message>',
  ])
})

test('RFC 6120 §11.6: a character that is cut in two by the network arrives whole', async () => {
  const given = await setUp()
  const side = await online(given)
  const bytes = Buffer.from("<message from='b@xmpp.example'><body>jürgen 😀</body></message>")
  for (const byte of bytes) {
    side.says(Buffer.of(byte))
    await new Promise(setImmediate)
  }
  await given.until(() => given.received.length > 0)
  assert.match(given.received[0] ?? '', /<body>jürgen 😀<\/body>/)
})

test('XEP-0114 §3: each SIP domain has a stream of its own, and what is sent leaves by that of its sender', async () => {
  const given = await setUp({ components: ['sip.example', 'phones.example'] })
  const sides = new Map<string, Awaited<ReturnType<typeof online>>>()
  for (let count = 0; count < 2; count++) {
    const side = await given.server.accept()
    sides.set(await side.handshake(SECRET), side)
  }
  await given.until(() => given.turned.length === 2)
  given.streams.send(stanza('presence', { from: 'a@phones.example/x', to: 'b@xmpp.example' }))
  given.streams.send(stanza('presence', { from: 'a@nowhere.example', to: 'b@xmpp.example' }))
  given.streams.send(stanza('presence', { from: 'a@sip.example', to: 'b@xmpp.example' }))
  await sides.get('phones.example')?.receives(/^<presence from="a@phones.example\/x" /)
  await sides.get('sip.example')?.receives(/^<presence from="a@sip.example" /)
})

test('XEP-0114 §3: a wrong secret is told in the log with all that an operator needs, and tried once a minute', async () => {
  const given = await setUp()
  const refuse = async () => {
    const side = await given.server.accept()
    await side.receives(/<stream:stream/)
    side.says(
      "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='1'>",
    )
    await side.receives(/<handshake>/)
    side.says(
      "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>Given token does not match</text></stream:error></stream:stream>",
    )
    await side.ended()
  }
  await refuse()
  await given.until(() => given.logged.length > 0)
  const [told] = given.logged
  assert.equal(told?.level, 'error')
  assert.match(told.text, /xmpp\.secret/)
  assert.deepEqual(told.fields, {
    domain: 'sip.example',
    host: '127.0.0.1',
    port: given.server.port,
    condition: 'not-authorized',
    reason: 'Given token does not match',
    again: '66s',
    setting: 'xmpp.secret',
  })
  assert.doesNotMatch(JSON.stringify(given.logged), new RegExp(SECRET))
  given.clock.advance(59_999)
  await new Promise(setImmediate)
  assert.equal(given.server.connections, 1)
  given.clock.advance(6_001)
  await refuse()
  assert.equal(given.server.connections, 2)
})

test('RFC 6120 §3.3: a stream that broke is made anew, soon at first and then once a minute', async () => {
  const given = await setUp()
  const side = await online(given)
  await given.server.stop()
  await side.ended()
  await given.until(() => given.turned.length === 2)
  assert.deepEqual(given.turned, ['sip.example online', 'sip.example offline'])
  const downSince = given.clock.now()
  const pauses: number[] = []
  for (let attempt = 0; attempt < 30; attempt++) {
    const failed = given.logged.length
    const begun = given.clock.now()
    while (given.logged.length === failed) {
      given.clock.advance(100)
      await new Promise(setImmediate)
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
    pauses.push(given.clock.now() - begun)
  }
  assert.ok((pauses[0] ?? 0) >= 1_000 && (pauses[0] ?? 0) < 2_000, String(pauses))
  // Whoever was away for ten seconds is back five seconds later at the latest.
  let since = 0
  for (const pause of pauses) {
    if (since < 15_000) assert.ok(pause < 5_000, String(pauses))
    since += pause
  }
  assert.ok(pauses.every((pause) => pause <= 66_000))
  assert.ok((pauses.at(-1) ?? 0) >= 50_000, String(pauses))
  await given.server.again()
  given.clock.advance(61_000)
  await online(given)
  assert.equal(given.turned.at(-1), 'sip.example online')
  assert.ok(given.clock.now() > downSince)
})
