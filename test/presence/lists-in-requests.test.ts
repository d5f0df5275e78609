/** Lists that a SUBSCRIBE brings with it, as liblinphone does. RFC 5367, CLIENTS "Linphone RLS". */
import assert from 'node:assert/strict'
import test from 'node:test'
import { deflateSync, inflateSync } from 'node:zlib'
import { writeMultipart } from '../../core/sip/multipart.ts'
import { startAgent } from './agent-harness.ts'
import { createGate } from './gate.ts'
import {
  ALICE,
  BOB,
  CAROL,
  entries,
  readList,
  resourceLists,
  subscribeByList,
  told,
} from './list-reader.ts'
import { pidf } from './phone.ts'
import { nothingMore, storedSubscriptions } from './watched-alice.ts'

const TYPE = 'Content-Type: application/resource-lists+xml'
const LINPHONE = [
  'User-Agent: LinphoneDesktop/5.1.2 (Debian) (belle-sip/5.2.98)',
  'Require: recipient-list-subscribe',
  'Content-Disposition: recipient-list',
  'Content-Encoding: deflate',
  TYPE,
]
const linphoneList = (...uris: string[]) =>
  deflateSync(Buffer.from(resourceLists(`<list>${entries(...uris)}</list>`)))

for (const uri of [
  'sip:rls@example.com',
  BOB,
  ALICE,
  'sip:example.com',
  'sip:my-friends@example.com',
]) {
  test(`RFC 5367 §5: a list may be brought to ${uri}`, async (t) => {
    const agent = await startAgent(t)
    const bob = await agent.phone('bob')
    const response = await subscribeByList(bob, entries(ALICE, CAROL), { uri })
    assert.equal(response.status, 200)
    assert.equal(response.header('require'), 'eventlist')
    const first = await told(bob)
    assert.deepEqual([first.uri, first.version, first.fullState], [uri, 0, true])
    assert.deepEqual(first.states, { alice: 'active', carol: 'active' })
  })
}

test('a phone may have several lists, brought to one address: none replaces another', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  for (const list of [entries(ALICE), entries(CAROL), entries(CAROL)]) {
    await subscribeByList(bob, list, { uri: 'sip:rls@example.com' })
    await told(bob)
  }
  const stored = async () => (await storedSubscriptions(agent)).length
  // The third is the second again, by a phone that has started anew; that one ends in a turn of its own.
  for (let looks = 0; looks < 100 && (await stored()) > 2; looks++) await agent.advance(0)
  assert.equal(await stored(), 2)
})

/*
 *  linphone            agent                alice
 *   |--SUBSCRIBE-------->|                    |  deflated list
 *   |<--NOTIFY-----------|  Event: Presence, Content-Id without brackets
 *   |                    |<----PUBLISH--------|
 *   |<--NOTIFY-----------|  the same
 */
test('liblinphone gets the NOTIFYs of a list as it understands them, and nobody else does', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await subscribeByList(bob, linphoneList(ALICE), { headers: LINPHONE })
  const first = await told(bob)
  assert.equal(first.notify.header('event'), 'Presence')
  const cid = first.resources[0]?.instances[0]?.cid ?? ''
  assert.ok(cid !== '' && first.notify.body.includes(`\r\nContent-Id: ${cid}\r\n`))
  assert.doesNotMatch(first.notify.body, /Content-ID/)
  await alice.publish(pidf(ALICE, 'open'))
  assert.equal((await told(bob)).notify.header('event'), 'Presence')
  const carol = await agent.phone('carol')
  await subscribeByList(carol, entries(ALICE))
  const other = await told(carol)
  assert.equal(other.notify.header('event'), 'presence')
  assert.match(other.notify.body, /\r\nContent-ID: <[^>]+>\r\n/)
  // A friend by herself is told as to anybody.
  await bob.subscribe(ALICE, ['Expires: 600', LINPHONE[0] ?? ''])
  const single = await bob.notify()
  assert.equal(single.header('event'), 'presence')
})

test('the boundary is a token and the last parameter: liblinphone crashes at anything else', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  await subscribeByList(bob, entries(ALICE))
  const { notify } = await told(bob)
  const type = notify.header('content-type') ?? ''
  const [, boundary] =
    /^multipart\/related;type="application\/rlmi\+xml";start="<[^">]+>";boundary=([A-Za-z0-9]+)$/.exec(
      type,
    ) ?? []
  assert.ok(boundary, type)
  assert.ok(notify.body.startsWith(`--${boundary}\r\n`))
  assert.ok(notify.body.endsWith(`\r\n--${boundary}--\r\n`))
})

test('only what was subscribed to is told: a name in the list goes with its address', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const entry = `<entry uri="${ALICE}"><display-name>Änne &amp; Co</display-name></entry>`
  await subscribeByList(bob, `${entry}${entries('mailto:carol@example.com')}`)
  const first = await told(bob)
  assert.deepEqual(
    first.resources.map(({ uri, names }) => [uri, names[0]?.text]),
    [[ALICE, 'Änne & Co']],
  )
})

test('RFC 2046 §5.1: the list may be one part of several', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const content = resourceLists(`<list>${entries(CAROL)}</list>`)
  const body = writeMultipart('two-parts', [
    { headers: 'Content-Type: text/plain\r\n', content: 'hello' },
    { headers: `${TYPE}\r\nContent-Disposition: recipient-list\r\n`, content },
  ])
  const headers = [
    'Require: recipient-list-subscribe',
    'Content-Type: multipart/mixed;boundary="two-parts"',
  ]
  assert.equal((await subscribeByList(bob, Buffer.from(body), { headers })).status, 200)
  assert.deepEqual((await told(bob)).states, { carol: 'active' })
})

test('a refresh with another list replaces the one before, a refresh without keeps it', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const ids = { callId: 'list-dialog', fromTag: 'bobs' }
  const response = await subscribeByList(bob, entries(ALICE), { dialog: ids })
  await told(bob)
  const toTag = /;tag=([^;]+)/.exec(response.header('to') ?? '')?.[1] ?? ''
  const dialog = { ...ids, toTag, to: 'sip:rls@example.com' }
  const again = await subscribeByList(bob, entries(CAROL), { dialog, uri: 'sip:127.0.0.1' })
  assert.equal(again.status, 200)
  const second = await told(bob)
  assert.deepEqual([second.version, second.fullState], [1, true])
  assert.deepEqual(Object.keys(second.states).sort(), ['carol'])
  const subscribed = { ...ids, toTag, watched: 'sip:rls@example.com', event: 'presence', response }
  await bob.refresh(subscribed, 600)
  assert.deepEqual((await told(bob)).states, { carol: 'active' })
  assert.match((await storedSubscriptions(agent))[0]?.content?.text ?? '', /carol/)
  await nothingMore(agent, bob)
})

test('after a restart a list of the request goes on', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  await subscribeByList(bob, linphoneList(ALICE, CAROL), { headers: LINPHONE })
  const first = await told(bob)
  await agent.restart()
  const again = await told(bob)
  assert.ok(again.version > first.version)
  assert.equal(again.notify.header('event'), 'Presence')
  assert.deepEqual(again.states, { alice: 'active', carol: 'active' })
})

test('RFC 3261 §20.2: who accepts deflate gets the whole list deflated', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const headers = ['Require: recipient-list-subscribe', TYPE, 'Accept-Encoding: deflate']
  await subscribeByList(bob, entries(ALICE, CAROL), { headers })
  const notify = await bob.notify()
  assert.equal(notify.header('content-encoding'), 'deflate')
  const body = inflateSync(notify.content).toString()
  assert.deepEqual(readList({ ...notify, body }).states, { alice: 'active', carol: 'active' })
})

const REFUSED = [
  ['RFC 5367 §5: a body that is no list gets 400', '<list', 400, undefined],
  [
    'RFC 4826 §4.5: a list that refers to nothing gets 502',
    '<external anchor="http://example.org/x"/>',
    502,
    undefined,
  ],
  [
    'a list of too many gets 413',
    entries(...Array.from({ length: 6 }, (_, at) => `sip:u${at}@example.com`)),
    413,
    undefined,
  ],
  [
    'RFC 4662 §4.1: who does not understand lists gets 421',
    entries(ALICE),
    421,
    ['Supported: path'],
  ],
  [
    'RFC 3261 §8.2.3: a body of another type gets 415',
    entries(ALICE),
    415,
    ['Supported: eventlist', 'Content-Type: text/plain'],
  ],
] as const

for (const [name, content, status, headers] of REFUSED) {
  test(name, async (t) => {
    const agent = await startAgent(t, { agent: { limits: { listMembers: 5 } } })
    const bob = await agent.phone('bob')
    const body = resourceLists(`<list>${content}</list>`)
    const lines = headers ?? ['Supported: eventlist']
    const types = lines.some((line) => line.startsWith('Content-Type')) ? [] : [TYPE]
    const response = await bob.request('SUBSCRIBE', {
      uri: 'sip:rls@example.com',
      headers: [
        'Event: presence',
        'Expires: 600',
        'Require: recipient-list-subscribe',
        ...lines,
        ...types,
      ],
      body,
    })
    assert.equal(response.status, status)
  })
}

test('RFC 5367 §3: who announces a list and brings none gets 400', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  assert.equal((await subscribeByList(bob, Buffer.alloc(0))).status, 400)
})

test('RFC 5363 §5: strangers bring no lists: 403', async (t) => {
  const agent = await startAgent(t, { trusted: true })
  const phone = await agent.phone('bob')
  const headers = [
    'Require: recipient-list-subscribe',
    TYPE,
    'P-Asserted-Identity: <sip:eve@elsewhere.example>',
  ]
  assert.equal((await subscribeByList(phone, entries(ALICE), { headers })).status, 403)
})

test('RFC 3261 §8.2.3: a list without a type gets 415', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const headers = ['Require: recipient-list-subscribe']
  assert.equal((await subscribeByList(bob, entries(ALICE), { headers })).status, 415)
})

test('a refresh with what is no list is refused, and the list goes on as it was', async (t) => {
  const agent = await startAgent(t, { agent: { limits: { listMembers: 5 } } })
  const bob = await agent.phone('bob')
  const ids = { callId: 'list-dialog', fromTag: 'bobs' }
  const response = await subscribeByList(bob, entries(ALICE), { dialog: ids })
  await told(bob)
  const dialog = {
    ...ids,
    toTag: /;tag=([^;]+)/.exec(response.header('to') ?? '')?.[1] ?? '',
    to: 'sip:rls@example.com',
  }
  const refresh = (content: string | Buffer) =>
    subscribeByList(bob, content, { dialog, uri: 'sip:127.0.0.1' })
  const tooMany = entries(...[1, 2, 3, 4, 5, 6].map((at) => `sip:u${at}@example.com`))
  assert.equal((await refresh(Buffer.from('no list'))).status, 400)
  assert.equal((await refresh(tooMany)).status, 413)
  assert.equal((await refresh('<external anchor="http://elsewhere.example/"/>')).status, 502)
  assert.match((await storedSubscriptions(agent))[0]?.content?.text ?? '', /alice/)
  assert.equal((await refresh(entries(CAROL))).status, 200)
  assert.deepEqual((await told(bob)).states, { carol: 'active' })
})

/*
 *  bob               agent             store
 *   |--SUBSCRIBE------>|                 |
 *   |                  |----icon?------->|  (slow)
 *   |                  |<---change-------|  and gone meanwhile
 *   |                  |<---icon---------|
 *   |<--NOTIFY---------|  icon           |
 *   |<--NOTIFY---------|  no icon        |
 */
test('what changes while the body of a list is made is told in the next NOTIFY', async (t) => {
  const gate = createGate()
  const agent = await startAgent(t, {
    documents: ({ documents }) => ({
      ...documents,
      currentIcon: async (owner) => {
        const icon = await documents.currentIcon(owner)
        if (owner === ALICE) await gate.passed()
        return icon
      },
    }),
  })
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  gate.close()
  await subscribeByList(bob, entries(ALICE))
  await alice.publish(pidf(ALICE, 'open'))
  gate.open()
  const open = async () => (await told(bob)).notify.body.includes('<basic>open</basic>')
  assert.ok((await open()) || (await open()))
})
