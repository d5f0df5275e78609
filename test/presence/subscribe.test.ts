/** SUBSCRIBE: RFC 6665 §4.2.1 and RFC 3856 §6 over real sockets. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { startAgent } from './agent-harness.ts'
import { pidf } from './phone.ts'

const ALICE = 'sip:alice@example.com'

test('RFC 6665 §4.2.1.1: the 200 to SUBSCRIBE has Expires, Contact and a To tag, and copies Record-Route', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const routes = [
    `Record-Route: <sip:127.0.0.1:${bob.client.port};lr;x=1>`,
    'Record-Route: <sip:192.0.2.9;lr>',
  ]
  const { response, toTag } = await bob.subscribe(ALICE, ['Expires: 600', ...routes])
  assert.equal(response.status, 200)
  assert.equal(response.header('expires'), '600')
  assert.equal(response.header('contact'), `<sip:127.0.0.1:${agent.ports.UDP}>`)
  assert.notEqual(toTag, '')
  assert.deepEqual(
    response.headers('record-route').map((value) => `Record-Route: ${value}`),
    routes,
  )
  const notify = await bob.notify()
  assert.deepEqual(
    notify.headers('route'),
    routes.map((line) => line.slice('Record-Route: '.length)),
    'the NOTIFY follows the route set, in order',
  )
})

test('RFC 6665 §4.2.1.2: every 2xx is followed by a NOTIFY at once, refresh and Expires 0 included', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const dialog = await bob.subscribe(ALICE)
  const first = await bob.notify()
  assert.equal(first.header('subscription-state'), 'active;expires=600')
  assert.equal(first.header('cseq'), '1 NOTIFY')
  await agent.advance(100_000)
  assert.equal((await bob.refresh(dialog, 300)).header('expires'), '300')
  const second = await bob.notify()
  assert.equal(second.header('subscription-state'), 'active;expires=300')
  assert.equal(second.header('cseq'), '2 NOTIFY')
  const end = await bob.refresh(dialog, 0)
  assert.equal(end.status, 200)
  assert.equal(end.header('expires'), '0')
  const last = await bob.notify()
  assert.equal(last.header('subscription-state'), 'terminated;reason=timeout')
  assert.match(last.body, /<basic>/)
  assert.equal((await bob.refresh(dialog, 300)).status, 481, 'RFC 6665 §4.2.1.4: it has ended')
})

test('RFC 6665 §4.4.3: Expires 0 without a subscription fetches the state', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await alice.publish(pidf(ALICE, 'open'))
  const { response } = await bob.subscribe(ALICE, ['Expires: 0'])
  assert.equal(response.header('expires'), '0')
  const notify = await bob.notify()
  assert.equal(notify.header('subscription-state'), 'terminated;reason=timeout')
  assert.match(notify.body, /<basic>open</)
})

test('CLIENTS 16: the Event header field is echoed byte for byte', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const headers = ['Event: presence ;id=a7"', 'Expires: 600'].map((line) => line.replace('"', ''))
  await bob.request('SUBSCRIBE', { uri: ALICE, headers })
  assert.equal((await bob.notify()).header('event'), 'presence ;id=a7')
})

test('RFC 3856 §6.4: without Expires a subscription lasts 3600 seconds', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const { response } = await bob.subscribe(ALICE, [])
  assert.equal(response.header('expires'), '3600')
})

test('RFC 6665 §4.2.1.1: 423 only between zero and an hour', async (t) => {
  const presence = { minExpires: 5000, maxExpires: 7200, throttle: 0, iconWithStatusIcon: true }
  const agent = await startAgent(t, { agent: { presence } })
  const bob = await agent.phone('bob')
  const status = async (expires: number) => {
    const { response } = await bob.subscribe(ALICE, [`Expires: ${expires}`])
    return [response.status, response.header('min-expires')]
  }
  assert.deepEqual(await status(3599), [423, '5000'])
  assert.deepEqual(await status(3600), [200, undefined])
  assert.deepEqual(await status(0), [200, undefined])
})

test('RFC 3261 §21.4.7: Accept without application/pidf+xml gets 406, a wildcard or several lines do', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const status = async (...accept: string[]) => (await bob.subscribe(ALICE, accept)).response.status
  assert.equal(await status('Accept: application/cpim-pidf+xml'), 406)
  assert.equal(await status('Accept: */*'), 200)
  assert.equal(await status('Accept: multipart/related', 'Accept: application/pidf+xml'), 200)
})

test('RFC 2616 §3.9: a type with q=0 in Accept is not acceptable', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const status = async (accept: string) =>
    (await bob.subscribe(ALICE, [`Accept: ${accept}`])).response.status
  assert.equal(await status('application/pidf+xml;q=0'), 406)
  assert.equal(await status('application/pidf-diff+xml;q=0, */*;q=0'), 406)
  assert.equal(await status('application/pidf+xml;q=0.1, application/pidf-diff+xml;q=0'), 200)
})

test('RFC 6665 §4.2.1.1: an unknown event package gets 489 with Allow-Events', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  for (const headers of [['Event: conference'], []]) {
    const response = await bob.request('SUBSCRIBE', { uri: ALICE, headers })
    assert.equal(response.status, 489)
    assert.match(
      response.header('allow-events') ?? '',
      /^presence, presence\.winfo, presence\.winfo\.winfo, dialog/,
    )
  }
})

test('RFC 3261 §12.1.1: a SUBSCRIBE without Contact gets 400', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const headers = ['Event: presence']
  const response = await bob.request('SUBSCRIBE', { uri: ALICE, headers, contact: '' })
  assert.equal(response.status, 400)
})

test('RFC 3261 §8.1.1.8: a Contact that is no SIP URI gets 400, as does a tag that is no token', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const parts = { uri: ALICE, headers: ['Event: presence'] }
  const mail = await bob.request('SUBSCRIBE', { ...parts, contact: '<mailto:bob@example.com>' })
  assert.equal(mail.status, 400)
  assert.equal((await bob.request('SUBSCRIBE', { ...parts, fromTag: '"a;b>c"' })).status, 400)
})

test('RFC 3261 §21.5.7: routes and identifiers without end are not kept: 513', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const routes = `Record-Route: ${Array.from({ length: 300 }, (_, n) => `<sip:p${n}.example.com;lr>`).join(',')}`
  const many = await bob.request('SUBSCRIBE', { uri: ALICE, headers: ['Event: presence', routes] })
  assert.equal(many.status, 513)
  const callId = 'c'.repeat(5_000)
  const long = await bob.request('SUBSCRIBE', { uri: ALICE, headers: ['Event: presence'], callId })
  assert.equal(long.status, 513)
  const dialog = await bob.subscribe(ALICE)
  await bob.notify()
  const contact = `<sip:bob@127.0.0.1;x=${'y'.repeat(5_000)}>`
  const { fromTag, toTag } = dialog
  const inside = { uri: ALICE, callId: dialog.callId, fromTag, toTag, contact }
  const refresh = await bob.request('SUBSCRIBE', { ...inside, headers: ['Event: presence'] })
  assert.equal(refresh.status, 513)
  assert.equal((await bob.refresh(dialog, 600)).status, 200, 'nothing was changed')
})

test('CLIENTS 7: a refresh is found by Call-ID and tags; a stranger to the dialog gets 481', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const dialog = await bob.subscribe(ALICE)
  await bob.notify()
  const status = async (change: Partial<typeof dialog>) =>
    (await bob.refresh({ ...dialog, ...change }, 600)).status
  assert.equal(await status({}), 200)
  assert.equal(await status({ callId: 'another' }), 481)
  assert.equal(await status({ fromTag: 'another' }), 481)
  assert.equal(await status({ toTag: 'another' }), 481)
})

test('RFC 3261 §12.2.2: a refresh with an old CSeq gets 500', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const dialog = await bob.subscribe(ALICE)
  await bob.notify()
  assert.equal((await bob.refresh(dialog, 600, 50)).status, 200)
  await bob.notify()
  assert.equal((await bob.refresh(dialog, 600, 20)).status, 500)
})

test('somebody else cannot refresh a subscription: 403', async (t) => {
  const agent = await startAgent(t)
  const [bob, carol] = [await agent.phone('bob'), await agent.phone('carol')]
  const dialog = await bob.subscribe(ALICE)
  await bob.notify()
  assert.equal((await carol.refresh(dialog, 0, 99)).status, 403)
  assert.equal((await bob.refresh(dialog, 600)).status, 200)
})

test('RFC 6665 §4.2.1.4: a subscription that is not refreshed ends with terminated;reason=timeout', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  await bob.subscribe(ALICE, ['Expires: 60'])
  await bob.notify()
  await agent.advance(60_000)
  const last = await bob.notify()
  assert.equal(last.header('subscription-state'), 'terminated;reason=timeout')
})

test('more subscriptions than a watcher may have get 503 with Retry-After', async (t) => {
  const agent = await startAgent(t, { agent: { limits: { subscriptionsPerWatcher: 2 } } })
  const bob = await agent.phone('bob')
  const dialogs = [await bob.subscribe(ALICE), await bob.subscribe(ALICE)]
  assert.deepEqual(
    dialogs.map(({ response }) => response.status),
    [200, 200],
  )
  const { response } = await bob.subscribe(ALICE)
  assert.equal(response.status, 503)
  assert.match(response.header('retry-after') ?? '', /^\d+$/)
  await bob.refresh(dialogs[0]!, 0)
  assert.equal((await bob.subscribe(ALICE)).response.status, 200)
})

test('RFC 2543: a peer without tags and with a plain branch is served', async (t) => {
  const agent = await startAgent(t, { trusted: true })
  const { client } = await agent.phone('bob')
  const lines = [
    `SUBSCRIBE ${ALICE} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${client.port};branch=1`,
    'From: sip:bob@example.com',
    `To: ${ALICE}`,
    'Call-ID: old@peer',
    'CSeq: 1 SUBSCRIBE',
    `Contact: sip:bob@127.0.0.1:${client.port}`,
    'Event: presence',
  ]
  client.send(`${lines.join('\r\n')}\r\n\r\n`)
  const response = await client.receive(({ status }) => status > 0)
  assert.equal(response.status, 200)
  const notify = await client.receive(({ method }) => method === 'NOTIFY')
  assert.equal(notify.header('to'), '<sip:bob@example.com>')
})

test('RFC 3261 §8.2.3: a SUBSCRIBE with a body that nobody here understands gets 415 with Accept, unless it may be ignored', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const filtered = (...further: string[]) => {
    const headers = ['Event: presence', 'Content-Type: application/simple-filter+xml', ...further]
    return bob.request('SUBSCRIBE', { uri: ALICE, headers, body: '<filter-set/>' })
  }
  const refused = await filtered()
  assert.equal(refused.status, 415)
  assert.equal(refused.header('accept'), 'application/pidf+xml')
  assert.equal((await filtered('Content-Disposition: session;handling=optional')).status, 200)
})
