import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { stanza } from '../../xmpp-gateway/stanza.ts'
import type { ServerSide } from './scripted-server.ts'
import { createStreamDesk, presence, SECRET, type StreamDesk } from './stream-desk.ts'

const open: StreamDesk[] = []
afterEach(async () => {
  for (const desk of open.splice(0)) await desk.close()
})

async function setUp(options?: Parameters<typeof createStreamDesk>[0]): Promise<StreamDesk> {
  const desk = await createStreamDesk(options)
  open.push(desk)
  return desk
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
  const side = await given.online()
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
  const sides = new Map<string, ServerSide>()
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

test('RFC 6120 §4.9.3.6: that the server has no such component is said of its name, not of its secret', async () => {
  const given = await setUp()
  const side = await given.server.accept()
  side.says(
    "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' from='sip.example'><stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>",
  )
  await side.ended()
  await given.until(() => given.logged.length > 0)
  const [told] = given.logged
  assert.deepEqual([told?.level, told?.fields['setting']], ['error', 'xmpp.component'])
  assert.match(told?.text ?? '', /knows no such component/)
})

test('RFC 6120 §3.3: a stream that broke is made anew, as soon as the server is back', async () => {
  const desk = await setUp()
  const side = await desk.online()
  await desk.server.stop()
  await side.ended()
  await desk.until(() => desk.turned.length === 2)
  assert.deepEqual(desk.turned, ['sip.example online', 'sip.example offline'])
  for (let attempt = 0; attempt < 4; attempt++) {
    const failed = desk.logged.length
    desk.clock.advance(2_000)
    await desk.until(() => desk.logged.length > failed)
    assert.match(String(desk.logged.at(-1)?.fields['reason']), /ECONNREFUSED/)
  }
  await desk.server.again()
  desk.clock.advance(3_000)
  await desk.online()
  assert.equal(desk.turned.at(-1), 'sip.example online')
})
