import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { textOf, xmlElement } from '../../core/documents/xml-element.ts'
import { childOf, stanza } from '../../xmpp-gateway/stanza.ts'
import { ask, createStreamDesk, presence, SECRET, type StreamDesk } from './stream-desk.ts'

const open: StreamDesk[] = []
afterEach(async () => {
  for (const desk of open.splice(0)) await desk.close()
})

async function setUp(options?: Parameters<typeof createStreamDesk>[0]): Promise<StreamDesk> {
  const desk = await createStreamDesk(options)
  open.push(desk)
  return desk
}

const STREAMS = 'urn:ietf:params:xml:ns:xmpp-streams'
const ANSWERED = "from='bob@xmpp.example/a' to='alice@sip.example'"

for (const [what, sent, condition] of [
  ['that is not well-formed', '<presence></message>', 'not-well-formed'],
  ['with a document type', '<!DOCTYPE x>', 'not-well-formed'],
  ['that is too large', `<presence><status>${'x'.repeat(1024 * 1024)}`, 'policy-violation'],
] as const) {
  test(`RFC 6120 §4.9: input ${what} ends the stream with ${condition}, and a new one is made`, async () => {
    const desk = await setUp()
    const side = await desk.online()
    side.says(sent)
    const words = `<stream:error><${condition} xmlns="${STREAMS}"/></stream:error></stream:stream>`
    await side.receives(new RegExp(words.replaceAll('/', '\\/')))
    side.socket.end()
    await side.ended()
    assert.deepEqual(desk.turned, ['sip.example online', 'sip.example offline'])
    assert.deepEqual(desk.received, [])
    desk.clock.advance(2_000)
    await desk.online()
  })
}

test('RFC 6120 §4.9.1: a stream error of the server is logged, and a new stream is made', async () => {
  const desk = await setUp()
  const side = await desk.online()
  side.says(`<stream:error><system-shutdown xmlns='${STREAMS}'/></stream:error></stream:stream>`)
  await side.receives(/<\/stream:stream>/)
  await desk.until(() => desk.turned.length === 2)
  const told = desk.logged.at(-1)
  assert.equal(told?.level, 'warn')
  assert.equal(told.fields['condition'], 'system-shutdown')
  side.socket.end()
  desk.clock.advance(2_000)
  await desk.online()
})

test('XEP-0114 §3: a server that never answers the header is given up after 15 seconds', async () => {
  const desk = await setUp()
  const side = await desk.server.accept()
  await side.receives(/<stream:stream/)
  desk.clock.advance(15_000)
  await side.receives(/connection-timeout/)
  assert.equal(desk.logged.at(-1)?.fields['condition'], 'connection-timeout')
})

test('XEP-0114 §3: what comes before the handshake is nobody’s', async () => {
  const desk = await setUp()
  const side = await desk.server.accept()
  await side.receives(/<stream:stream/)
  side.says(
    "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='1'><presence/>",
  )
  await side.receives(/<handshake>/)
  side.says('<handshake/><message/>')
  await desk.until(() => desk.received.length > 0)
  assert.deepEqual(desk.received, ['<message/>'])
})

test('XEP-0199 §4: a silent server is asked whether it lives, and given up when it does not answer', async () => {
  const desk = await setUp()
  const side = await desk.online()
  desk.clock.advance(60_000)
  await side.receives(
    /<iq from="sip.example" to="xmpp.example" type="get" id="ping"><ping xmlns="urn:xmpp:ping"\/><\/iq>/,
  )
  side.says("<iq from='xmpp.example' to='sip.example' type='error' id='ping'/>")
  await desk.until(() => desk.received.length > 0)
  desk.clock.advance(30_000)
  assert.equal(desk.streams.isOnline('sip.example'), true)
  desk.clock.advance(30_000)
  await side.receives(/urn:xmpp:ping/)
  desk.clock.advance(30_000)
  assert.equal(desk.streams.isOnline('sip.example'), false)
  assert.equal(desk.logged.at(-1)?.fields['reason'], 'the server is silent')
})

test('RFC 6121 §3: what was said of subscriptions while the stream was down is sent when it is up, the last word of each', async () => {
  const desk = await setUp()
  for (const type of ['subscribe', undefined, 'unsubscribe', 'subscribed', 'probe'])
    desk.streams.send(presence(type))
  desk.streams.send(presence('subscribe', 'carol@xmpp.example'))
  const side = await desk.online()
  desk.streams.send(presence('unavailable'))
  const sent = await side.receives(/.*type="unavailable"\/>/)
  assert.deepEqual(
    [...sent.matchAll(/to="(\w+)@.*?type="(\w+)"/g)].map(([, to, type]) => `${to} ${type}`),
    ['bob unsubscribe', 'bob subscribed', 'carol subscribe', 'bob unavailable'],
  )
})

test('a stanza that would break the stream is not sent, and the stream stays', async () => {
  const desk = await setUp()
  const side = await desk.online()
  const large = xmlElement('urn:x', 'x', ['ü'.repeat(128 * 1024)])
  desk.streams.send(
    stanza('message', { from: 'alice@sip.example', to: 'bob@xmpp.example' }, [large]),
  )
  desk.streams.send(presence())
  assert.match(await side.receives(/<.*?>/), /^<presence /)
  const told = desk.logged.at(-1)
  assert.deepEqual([told?.level, told?.fields['stanza']], ['warn', 'message'])
  assert.ok(Number(told?.fields['size']) > 256 * 1024)
})

test('RFC 6120 §8.2.3: a request gets the result of who was asked, and nobody else’s', async () => {
  const desk = await setUp()
  const side = await desk.online()
  const answer = ask(desk.streams)
  const id = /id="(.*?)"/.exec(await side.receives(/<iq .*?<\/iq>/))?.[1] ?? ''
  const query = (text: string) => `<query xmlns='urn:x'>${text}</query>`
  side.says(`<iq from='eve@xmpp.example/a' type='result' id='${id}'>${query('forged')}</iq>`)
  side.says(`<iq from='bob@xmpp.example' type='result' id='${id}'>${query('forged')}</iq>`)
  side.says(`<iq ${ANSWERED} type='result' id='other'>${query('other')}</iq>`)
  side.says(`<iq ${ANSWERED} type='result' id='${id}'>${query('right')}</iq>`)
  const child = childOf(await answer, 'urn:x', 'query')
  assert.equal(child && textOf(child), 'right')
  // What answers nothing is for the router.
  assert.equal(desk.received.length, 3)
})

test('RFC 6120 §8.3: a refused request rejects with what the error says', async () => {
  const desk = await setUp()
  const side = await desk.online()
  const answer = ask(desk.streams)
  const id = /id="(.*?)"/.exec(await side.receives(/<iq .*?<\/iq>/))?.[1] ?? ''
  const stanzas = 'urn:ietf:params:xml:ns:xmpp-stanzas'
  side.says(
    `<iq ${ANSWERED} type='error' id='${id}'><error type='auth'><not-authorized xmlns='${stanzas}'/><text xmlns='${stanzas}'>no</text><presence-subscription-required xmlns='http://jabber.org/protocol/pubsub#errors'/></error></iq>`,
  )
  await assert.rejects(answer, {
    condition: 'not-authorized',
    type: 'auth',
    message: 'no',
    further: {
      text: 'no',
      application: {
        namespace: 'http://jabber.org/protocol/pubsub#errors',
        name: 'presence-subscription-required',
      },
    },
  })
})

test('a request rejects in time: unanswered, the stream down or going down, the gateway stopping', async () => {
  const desk = await setUp()
  const timeout = { condition: 'remote-server-timeout', type: 'wait' }
  await assert.rejects(ask(desk.streams), timeout)
  const side = await desk.online()
  const unanswered = assert.rejects(ask(desk.streams, 5_000), timeout)
  desk.clock.advance(5_000)
  await unanswered
  const cut = assert.rejects(ask(desk.streams), timeout)
  side.socket.destroy()
  await cut
  desk.clock.advance(2_000)
  await desk.online()
  const stopping = assert.rejects(ask(desk.streams), timeout)
  await desk.streams.close()
  await stopping
})

test('RFC 6120 §4.4: a stream that is closed writes what was sent before, and waits for the other side', async () => {
  const desk = await setUp()
  const side = await desk.online()
  for (let count = 0; count < 5_000; count++) desk.streams.send(presence('unavailable'))
  let isClosed = false
  const closing = desk.streams.close().then(() => {
    isClosed = true
  })
  const all = await side.receives(/^[^]*<\/stream:stream>/)
  assert.equal(all.match(/unavailable/g)?.length, 5_000)
  await new Promise(setImmediate)
  assert.equal(isClosed, false)
  side.says('</stream:stream>')
  side.socket.end()
  await closing
  desk.clock.advance(120_000)
  await new Promise(setImmediate)
  assert.equal(desk.server.connections, 1)
})

test('RFC 6120 §4.4: who does not close its side is cut off after two seconds', async () => {
  const desk = await setUp()
  const side = await desk.online()
  side.socket.pause()
  const closing = desk.streams.close()
  desk.clock.advance(2_000)
  await closing
})

test('a flood of stanzas is taken in order, and none is lost', async () => {
  const desk = await setUp()
  const side = await desk.online()
  const count = 20_000
  let flood = ''
  for (let n = 0; n < count; n++)
    flood += `<presence from='b${n}@xmpp.example' to='a@sip.example'/>`
  side.says(flood)
  await desk.until(() => desk.received.length === count)
  assert.match(desk.received.at(-1) ?? '', /from="b19999@/)
})

test('a server that reads nothing is told no more than 64 MiB, and everything anew later', async () => {
  const desk = await setUp()
  const side = await desk.online()
  side.socket.pause()
  const status = xmlElement('jabber:component:accept', 'status', ['x'.repeat(200_000)])
  const long = stanza('presence', { from: 'a@sip.example', to: 'b@xmpp.example' }, [status])
  let sent = 0
  while (desk.streams.isOnline('sip.example') && sent < 1_000) {
    desk.streams.send(long)
    if (++sent % 20 === 0) await new Promise(setImmediate)
  }
  assert.ok(sent < 400, String(sent))
  assert.equal(desk.logged.at(-1)?.fields['condition'], 'resource-constraint')
  desk.clock.advance(2_000)
  await desk.online()
})

test('a listener that throws does neither the stream nor other listeners harm', async () => {
  const desk = await setUp()
  const heard: string[] = []
  desk.streams.follow({
    online() {
      throw new Error('no')
    },
  })
  const end = desk.streams.follow({ online: (domain) => heard.push(domain) })
  const side = await desk.online()
  assert.deepEqual(heard, ['sip.example'])
  end()
  side.socket.destroy()
  await desk.until(() => desk.turned.length === 2)
  desk.clock.advance(2_000)
  await desk.online()
  assert.deepEqual(heard, ['sip.example'])
})

test('the trace names stanzas both ways, and never the secret or a picture', async () => {
  const desk = await setUp({ trace: true })
  const side = await desk.online()
  const picture = xmlElement('vcard-temp', 'BINVAL', ['iVBORw0KGgo='])
  desk.streams.send(stanza('iq', { from: 'a@sip.example', to: 'b@xmpp.example' }, [picture]))
  side.says("<message from='b@xmpp.example'><body>hi</body></message>")
  await desk.until(() => desk.received.length > 0)
  const traced = desk.logged.filter(({ level }) => level === 'debug')
  assert.deepEqual(
    traced.map(({ text, fields }) => [text, fields['domain'], fields['stanza']]),
    [
      [
        'XMPP out',
        'sip.example',
        '<iq from="a@sip.example" to="b@xmpp.example"><BINVAL xmlns="vcard-temp">…(12)</BINVAL></iq>',
      ],
      ['XMPP in', 'sip.example', '<message from="b@xmpp.example"><body>hi</body></message>'],
    ],
  )
  assert.doesNotMatch(JSON.stringify(desk.logged), new RegExp(`${SECRET}|iVBOR|handshake`))
})
