/** Who watches me: the watcher information of one's own presence. RFC 3857, RFC 3858. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { pidf } from './phone.ts'
import {
  ALICE,
  WINFO,
  STRANGER,
  assertedAs,
  setUp,
  watchAs,
  watchWatchers,
  told,
  watchersIn,
  standing,
  nothingMore,
} from './watched-alice.ts'

/*
 *  alice               agent             bob, a stranger
 *    |--SUBSCRIBE winfo-->|                    |
 *    |<--NOTIFY 0 full----|  nobody            |
 *    |                    |<--SUBSCRIBE--------|  bob
 *    |<--NOTIFY 1 partial-|  bob active        |
 *    |                    |<--SUBSCRIBE--------|  the stranger
 *    |<--NOTIFY 2 partial-|  stranger pending  |
 *    |                    |<--SUBSCRIBE 0------|  bob
 *    |<--NOTIFY 3 partial-|  bob terminated    |
 */
test('RFC 3857 §4.7.2: the full list first, then the watchers that changed, each document numbered', async (t) => {
  const { alice, phone } = await setUp(t)
  await watchWatchers(alice)
  const first = await told(alice)
  assert.deepEqual([first.version, first.state, standing(first)], [0, 'full', []])
  assert.deepEqual(first.lists[0], {
    resource: ALICE,
    eventPackage: 'presence',
    watchers: [],
    extensions: [],
  })
  const dialog = await watchAs(phone, 'sip:bob@example.com')
  await phone.notify()
  const second = await told(alice)
  assert.deepEqual([second.version, second.state], [1, 'partial'])
  assert.deepEqual(standing(second), ['sip:bob@example.com active subscribe'])
  await watchAs(phone, STRANGER)
  await phone.notify()
  const third = await told(alice)
  assert.equal(third.version, 2)
  assert.deepEqual(standing(third), [`${STRANGER} pending subscribe`])
  await phone.request('SUBSCRIBE', {
    uri: ALICE,
    callId: dialog.callId,
    fromTag: dialog.fromTag,
    toTag: dialog.toTag,
    headers: ['Event: presence', 'Expires: 0', assertedAs('sip:bob@example.com')],
  })
  await phone.notify()
  const fourth = await told(alice)
  assert.deepEqual(standing(fourth), ['sip:bob@example.com terminated timeout'])
  assert.equal(watchersIn(fourth)[0]?.id, watchersIn(second)[0]?.id, 'the id is stable')
  assert.notEqual(watchersIn(third)[0]?.id, watchersIn(second)[0]?.id, 'the id is unique')
})

test('RFC 3858 §3: a watcher has its age and what is left of it; its id says nothing of the dialog', async (t) => {
  const { agent, alice, phone } = await setUp(t)
  const dialog = await watchAs(phone, 'sip:bob@example.com', 600)
  await phone.notify()
  await agent.advance(100_000)
  await watchWatchers(alice, 0)
  const [watcher] = watchersIn(await told(alice))
  assert.equal(watcher?.durationSubscribed, 100)
  assert.equal(watcher.expiration, 500)
  for (const part of [dialog.callId, dialog.fromTag, dialog.toTag]) {
    assert.ok(!watcher.id.includes(part))
  }
  assert.match(watcher.id, /^[\w.!%*+`'~-]+$/)
})

test('RFC 3857 §4.7.2: a refresh and a fetch give the full list', async (t) => {
  const { alice, phone } = await setUp(t)
  const dialog = await watchWatchers(alice)
  await told(alice)
  await watchAs(phone, 'sip:bob@example.com')
  await phone.notify()
  await told(alice)
  await alice.refresh(dialog, 600)
  const refreshed = await told(alice)
  assert.deepEqual([refreshed.version, refreshed.state], [2, 'full'])
  assert.deepEqual(standing(refreshed), ['sip:bob@example.com active subscribe'])
  await watchWatchers(alice, 0)
  const fetch = await told(alice)
  assert.deepEqual([fetch.version, fetch.state], [0, 'full'])
  assert.match(fetch.header, /^terminated;reason=timeout/)
  assert.deepEqual(standing(fetch), ['sip:bob@example.com active subscribe'])
})

test('RFC 3857 §4.7.2: a fetch of somebody who is let in is transient, and nobody hears of it', async (t) => {
  const { agent, alice, phone } = await setUp(t)
  await watchWatchers(alice)
  await told(alice)
  await watchAs(phone, 'sip:bob@example.com', 0)
  await phone.notify()
  await nothingMore(agent, alice)
})

test('RFC 3857 §4.7.2: who comes and goes while a NOTIFY is on its way is transient', async (t) => {
  const { agent, alice, phone } = await setUp(t)
  await watchWatchers(alice)
  const unanswered = await alice.notify(null)
  for (const user of ['bob', 'carol']) {
    const aor = `sip:${user}@example.com`
    const { callId, fromTag, toTag } = await watchAs(phone, aor)
    await phone.notify()
    if (user === 'carol') continue
    const headers = ['Event: presence', 'Expires: 0', assertedAs(aor)]
    await phone.request('SUBSCRIBE', { uri: ALICE, callId, fromTag, toTag, headers })
    await phone.notify()
  }
  assert.deepEqual(alice.client.untaken(), [])
  alice.answer(unanswered, 200)
  const next = await told(alice)
  assert.deepEqual([next.version, next.state], [1, 'partial'])
  assert.deepEqual(standing(next), ['sip:carol@example.com active subscribe'])
  await nothingMore(agent, alice)
})

test('RFC 3857 §4.6: somebody who is let in gets the own entries alone, somebody who is not gets 403', async (t) => {
  const { agent, phone } = await setUp(t)
  for (const user of ['bob', 'carol']) {
    await watchAs(phone, `sip:${user}@example.com`)
    await phone.notify()
  }
  const asCarol = ['Expires: 600', assertedAs('sip:carol@example.com')]
  await phone.subscribe(ALICE, asCarol, WINFO)
  assert.deepEqual(standing(await told(phone)), ['sip:carol@example.com active subscribe'])
  await watchAs(phone, STRANGER)
  await phone.notify()
  await nothingMore(agent, phone)
  const refused = await phone.subscribe(ALICE, ['Expires: 600', assertedAs(STRANGER)], WINFO)
  assert.equal(refused.response.status, 403)
})

test('RFC 6665 §4.2.1.1: deeper than presence.winfo.winfo is unknown, and nothing can be published to presence.winfo', async (t) => {
  const { alice } = await setUp(t)
  const { response } = await alice.subscribe(ALICE, ['Expires: 600'], `${WINFO}.winfo.winfo`)
  assert.equal(response.status, 489)
  assert.match(
    response.header('allow-events') ?? '',
    /^presence, presence\.winfo, presence\.winfo\.winfo, dialog/,
  )
  const headers = [`Event: ${WINFO}`, 'Content-Type: application/watcherinfo+xml']
  const published = await alice.request('PUBLISH', { uri: ALICE, headers, body: '<watcherinfo/>' })
  assert.equal(published.status, 489)
  assert.match(published.header('allow-events') ?? '', /^presence, dialog, message-summary/)
})

test('RFC 3857 §4.5: Accept without application/watcherinfo+xml gets 406', async (t) => {
  const { alice } = await setUp(t)
  const headers = ['Accept: application/pidf+xml']
  assert.equal((await alice.subscribe(ALICE, headers, WINFO)).response.status, 406)
})

test('RFC 3858 §4: a NOTIFY that got lost is followed by the full list', async (t) => {
  const { agent, alice, phone } = await setUp(t)
  await watchWatchers(alice)
  await told(alice)
  await watchAs(phone, 'sip:bob@example.com')
  await phone.notify()
  alice.answer(await alice.notify(null), 503, ['Retry-After: 20'])
  await agent.advance(20_000)
  const again = await told(alice)
  assert.deepEqual([again.version, again.state], [2, 'full'])
  assert.deepEqual(standing(again), ['sip:bob@example.com active subscribe'])
})

test('DESIGN 5: after a restart the version goes on rising, and the full list is told', async (t) => {
  const { agent, alice, phone } = await setUp(t)
  const dialog = await watchWatchers(alice)
  await told(alice)
  await agent.restart()
  await watchAs(phone, 'sip:bob@example.com')
  await phone.notify()
  const next = await told(alice)
  assert.ok(next.version > 0)
  assert.equal(next.state, 'full')
  assert.deepEqual(standing(next), ['sip:bob@example.com active subscribe'])
  await alice.refresh(dialog, 0)
  const last = await told(alice)
  assert.deepEqual([last.version, last.state], [next.version + 1, 'full'])
  assert.match(last.header, /^terminated;reason=timeout/)
})

test('a long list goes in several documents, none longer than a datagram', async (t) => {
  const { agent, alice, phone } = await setUp(t, { domains: [{ defaultPolicy: 'allow' }] })
  const long = (number: number) => `sip:${'&'.repeat(190)}${number}@elsewhere.example`
  for (let number = 0; number < 100; number++) {
    void phone.subscribe(ALICE, ['Expires: 600', assertedAs(long(number))])
    await phone.notify()
  }
  await watchWatchers(alice)
  const uris: string[] = []
  const states: string[] = []
  while (uris.length < 100) {
    const info = await told(alice)
    states.push(`${info.version} ${info.state}`)
    uris.push(...watchersIn(info).map(({ uri }) => uri))
  }
  assert.deepEqual(states, ['0 full', '1 partial', '2 partial'])
  assert.deepEqual(uris.toSorted(), Array.from({ length: 100 }, (_, n) => long(n)).toSorted())
  await nothingMore(agent, alice)
})

test('RFC 3856 §6: watching one another leaves presence as it is', async (t) => {
  const { alice, phone } = await setUp(t)
  await watchWatchers(alice)
  await told(alice)
  await watchAs(phone, 'sip:bob@example.com')
  await phone.notify()
  await told(alice)
  await alice.publish(pidf(ALICE, 'open', '<note>here</note>'))
  assert.match((await phone.notify()).body, /<note>here</)
})
