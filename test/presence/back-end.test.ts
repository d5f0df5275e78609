/** Back-end subscriptions against a scripted proxy: what is asked, and which NOTIFYs are taken. RFC 6665 §4.1, §4.4.1. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Aor } from '../../core/uri/aor.ts'
import { BOB, PIDF, standing, startElsewhere, until, type Elsewhere } from './elsewhere.ts'

const tagOf = (value: string | undefined) => /;tag=([^;]+)/.exec(value ?? '')?.[1]

test('RFC 4662 §7: a back-end SUBSCRIBE speaks in the name of the watcher', async (t) => {
  const elsewhere = await startElsewhere(t)
  elsewhere.open({ accept: ['application/pidf+xml', 'text/plain'] })
  const subscribe = await elsewhere.subscribe()
  assert.equal(subscribe.startLine, 'SUBSCRIBE sip:dave@elsewhere.example SIP/2.0')
  assert.match(subscribe.header('from') ?? '', /^<sip:bob@example.com>;tag=\S+$/)
  assert.equal(subscribe.header('to'), '<sip:dave@elsewhere.example>')
  assert.equal(subscribe.header('p-asserted-identity'), `<${BOB}>`)
  assert.equal(subscribe.header('event'), 'presence')
  assert.equal(subscribe.header('accept'), 'application/pidf+xml, text/plain')
  assert.equal(subscribe.header('expires'), '3600')
  assert.match(subscribe.header('contact') ?? '', /^<sip:127\.0\.0\.1:\d+>$/)
  assert.equal(subscribe.header('route'), undefined)
})

test('RFC 3323 §4.1.1.3: a watcher whom nobody knows is anonymous, and asserted by nobody', async (t) => {
  const elsewhere = await startElsewhere(t)
  elsewhere.open({ watcher: undefined })
  const subscribe = await elsewhere.subscribe()
  assert.match(subscribe.header('from') ?? '', /^<sip:anonymous@anonymous.invalid>;tag=/)
  assert.equal(subscribe.header('p-asserted-identity'), undefined)
})

test('RFC 3261 §8.1.2: a proxy whose URI says lr is named in Route', async (t) => {
  const elsewhere = await startElsewhere(t, { proxyParameters: ';lr' })
  elsewhere.open()
  const subscribe = await elsewhere.subscribe()
  assert.equal(subscribe.header('route'), `<sip:127.0.0.1:${elsewhere.proxy.port};lr>`)
})

test('RFC 6665 §4.1.3: each NOTIFY is heard, one without a body too', async (t) => {
  const elsewhere = await startElsewhere(t)
  const { heard } = elsewhere.open()
  const subscribe = await elsewhere.subscribe()
  elsewhere.answer(subscribe, 200, ['Expires: 3600'])
  const first = await elsewhere.notify(subscribe, { cseq: 1, state: 'pending;expires=3600' })
  const second = await elsewhere.notify(subscribe, {
    ...{ cseq: 2, state: 'active;expires=3600', body: PIDF },
  })
  assert.deepEqual([first.status, second.status], [200, 200])
  assert.deepEqual(
    heard.map(({ subscriptionState, contentType, body }) => [
      ...[subscriptionState, contentType, body?.toString()],
    ]),
    [
      ['pending', undefined, undefined],
      ['active', 'application/pidf+xml', PIDF],
    ],
  )
})

test('RFC 6665 §4.4.1: the NOTIFY establishes the dialog, before the 2xx and with its own route set', async (t) => {
  const elsewhere = await startElsewhere(t)
  const { heard } = elsewhere.open()
  const subscribe = await elsewhere.subscribe()
  const route = `<sip:127.0.0.1:${elsewhere.proxy.port};lr;of=notify>`
  const notify = await elsewhere.notify(subscribe, {
    ...{ cseq: 7, state: 'active;expires=3600', body: PIDF },
    headers: [`Record-Route: ${route}`],
    contact: '<sip:dave@192.0.2.7:5070>',
  })
  assert.equal(notify.status, 200)
  assert.equal(heard.length, 1)
  elsewhere.answer(subscribe, 200, ['Expires: 3600', 'Record-Route: <sip:192.0.2.1;lr>'])
  await elsewhere.advance(3_240_000)
  const refresh = await elsewhere.subscribe()
  assert.equal(refresh.startLine, 'SUBSCRIBE sip:dave@192.0.2.7:5070 SIP/2.0')
  assert.deepEqual(refresh.headers('route'), [route])
  assert.equal(tagOf(refresh.header('to')), 'remote1')
  assert.equal(refresh.header('from'), subscribe.header('from'))
  assert.equal(refresh.header('call-id'), subscribe.header('call-id'))
  assert.equal(refresh.header('cseq'), '2 SUBSCRIBE')
})

test('a NOTIFY cannot aim our requests at a third address: they go to the proxy', async (t) => {
  const elsewhere = await startElsewhere(t)
  elsewhere.open()
  const subscribe = await elsewhere.subscribe()
  elsewhere.answer(subscribe, 200, ['Expires: 3600'])
  const contact = '<sip:victim@192.0.2.7:5070>'
  await elsewhere.notify(subscribe, { cseq: 1, state: 'active;expires=3600', contact })
  await elsewhere.advance(3_240_000)
  assert.equal(
    (await elsewhere.subscribe()).startLine,
    'SUBSCRIBE sip:victim@192.0.2.7:5070 SIP/2.0',
  )
})

const STRAY: readonly [string, number, Parameters<Elsewhere['notify']>[1]][] = [
  ['another From tag: a second dialog by forking', 481, { cseq: 2, state: 'active', tag: 'other' }],
  ['another event package', 481, { cseq: 2, state: 'active', event: 'dialog' }],
  ['an Event id that was not sent', 481, { cseq: 2, state: 'active', event: 'presence;id=1' }],
  ['a CSeq that was there already', 500, { cseq: 1, state: 'active' }],
  ['no Subscription-State', 400, { cseq: 2, state: '' }],
  ['an unknown Subscription-State', 400, { cseq: 2, state: 'sleeping' }],
]

for (const [what, status, parts] of STRAY) {
  test(`RFC 6665 §4.1.3: a NOTIFY with ${what} gets ${status} and is not heard`, async (t) => {
    const elsewhere = await startElsewhere(t)
    const { heard, subscribe } = await standing(elsewhere)
    const answer = await elsewhere.notify(subscribe, parts)
    assert.equal(answer.status, status)
    assert.equal(heard.length, 1)
  })
}

test('RFC 6665 §4.1.3: a NOTIFY of nobody gets 481', async (t) => {
  const elsewhere = await startElsewhere(t)
  const { subscribe } = await standing(elsewhere)
  const stranger = {
    ...subscribe,
    header: (name: string) => (name === 'from' ? '<sip:x@y>;tag=z' : subscribe.header(name)),
  }
  assert.equal((await elsewhere.notify(stranger, { cseq: 2, state: 'active' })).status, 481)
})

test('RFC 3261 §8.2.3: a body of a type that was not asked for gets 415', async (t) => {
  const elsewhere = await startElsewhere(t)
  const { heard, subscribe } = await standing(elsewhere)
  const encoded = { cseq: 2, state: 'active', body: 'x', headers: ['Content-Encoding: gzip'] }
  assert.equal((await elsewhere.notify(subscribe, encoded)).status, 415)
  elsewhere.open({ accept: ['text/plain'] })
  const other = await elsewhere.subscribe()
  const answer = await elsewhere.notify(other, { cseq: 3, state: 'active', body: PIDF })
  assert.equal(answer.status, 415)
  assert.equal(answer.header('accept'), 'text/plain')
  assert.equal(heard.length, 1)
})

test('RFC 3261 §22.2, §22.3: a challenge is answered once where credentials are configured', async (t) => {
  const elsewhere = await startElsewhere(t, {
    credentials: { username: 'visage', password: 'secret' },
  })
  const { heard } = elsewhere.open()
  const challenge = 'Digest realm="elsewhere.example", nonce="n1", qop="auth"'
  elsewhere.answer(await elsewhere.subscribe(), 407, [`Proxy-Authenticate: ${challenge}`])
  const second = await elsewhere.subscribe()
  const credentials = second.header('proxy-authorization') ?? ''
  assert.match(credentials, /username="visage", realm="elsewhere.example", nonce="n1"/)
  assert.match(credentials, /uri="sip:dave@elsewhere.example", response="[0-9a-f]{32}"/)
  elsewhere.answer(second, 407, [`Proxy-Authenticate: ${challenge}`])
  await until(() => heard.length === 1)
  assert.equal(heard[0]?.reason, 'rejected')
})

test('limits: no more subscriptions than allowed, and so many SUBSCRIBEs at once', async (t) => {
  const elsewhere = await startElsewhere(t, {
    limits: { backEndSubscriptions: 3, backEndRequests: 2 },
  })
  for (const user of ['bob', 'carol', 'alice']) {
    elsewhere.open({ watcher: `sip:${user}@example.com` as Aor })
  }
  assert.throws(() => elsewhere.open(), /could not be opened/)
  const first = await elsewhere.subscribe()
  await elsewhere.subscribe()
  await setTimeout(20)
  assert.equal(elsewhere.proxy.untaken().length, 0)
  elsewhere.answer(first, 200, ['Expires: 3600'])
  await elsewhere.subscribe()
})

test('whoever watches many out of reach does not keep others waiting', async (t) => {
  const elsewhere = await startElsewhere(t, {
    limits: { backEndSubscriptions: 10, backEndRequests: 4 },
  })
  for (let count = 0; count < 5; count++) elsewhere.open()
  await elsewhere.subscribe()
  await elsewhere.subscribe()
  const carol = 'sip:carol@example.com' as Aor
  for (let count = 0; count < 2; count++) elsewhere.open({ watcher: carol })
  for (let count = 0; count < 2; count++) {
    assert.match((await elsewhere.subscribe()).header('from') ?? '', /carol/)
  }
})

test('RFC 3261 §19.1.1: what is no URI of a person is not sent to anybody', async (t) => {
  const elsewhere = await startElsewhere(t)
  for (const uri of [
    ...['sip:a@b\r\nEvil: yes', 'http://example.com/', 'sip:a@b?Subject=x', 'sip:a b@c', ''],
    `sip:${'a'.repeat(2000)}@b`,
  ]) {
    assert.throws(() => elsewhere.open({ uri }), /could not be opened/, uri)
  }
  elsewhere.open({ uri: 'pres:dave@elsewhere.example' })
  assert.match((await elsewhere.subscribe()).startLine, /^SUBSCRIBE sip:dave@elsewhere.example /)
})
