/** SIP users who watch people of an XMPP domain, whose gateway says who lets whom in. RFC 8048 §5.3, RFC 7247 §4. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Aor } from '../../core/uri/aor.ts'
import { pidf } from './phone.ts'
import { ALICE, startBesideNeighbour, XBOB, XDAVE } from './scripted-neighbour.ts'
import { assertedAs, nothingMore, storedSubscriptions } from './watched-alice.ts'

const state = (notify: { header(name: string): string | undefined }) =>
  notify.header('subscription-state')?.replace(/;expires=\d+/, '')

/*
 *  alice          agent          gateway
 *   |--SUBSCRIBE-->|                |
 *   |<-----200-----|                |
 *   |<---NOTIFY----|  pending, closed
 *   |              |--subscribed--->|  once
 *   |              |<---granted-----|
 *   |<---NOTIFY----|  active, closed: nothing is known
 *   |              |<---PIDF--------|
 *   |<---NOTIFY----|  open
 *   |              |<---refused-----|
 *   |<---NOTIFY----|  terminated;reason=rejected
 *   |--SUBSCRIBE-->|                |
 *   |<-----403-----|                |
 */
test('RFC 8048 §5.3.1: a subscription to somebody in XMPP is pending until they answer, then active, and over when they cancel', async (t) => {
  const { agent, neighbour, say } = await startBesideNeighbour(t)
  const alice = await agent.phone('alice')
  const { response } = await alice.subscribe(XBOB)
  assert.equal(response.status, 200)
  const pending = await alice.notify()
  assert.equal(state(pending), 'pending')
  assert.match(pending.body, /<basic>closed<.*<note[^>]*>pending</s)
  assert.deepEqual(neighbour.told, ['subscribed bob alice'])
  say('allow')
  const granted = await alice.notify()
  assert.equal(state(granted), 'active')
  assert.match(granted.body, /<basic>closed</)
  assert.doesNotMatch(granted.body, /<note/)
  agent.source.publish(XBOB, pidf(XBOB, 'open'))
  assert.match((await alice.notify()).body, /<basic>open</)
  say('block')
  const over = await alice.notify()
  assert.equal(state(over), 'terminated;reason=rejected')
  assert.doesNotMatch(over.body, /open/)
  assert.equal((await alice.subscribe(XBOB)).response.status, 403)
  neighbour.refuses = 604
  assert.equal((await alice.subscribe(XBOB)).response.status, 604)
  assert.deepEqual(neighbour.told, ['subscribed bob alice'])
  await nothingMore(agent, alice)
})

for (const written of [
  'pres:bob@xmpp.example',
  'sip:bob@XMPP.Example',
  // A JID tells no capitals apart. RFC 7622 §3.3
  'sip:Bob@xmpp.example',
  'sips:bob@xmpp.example',
  'sip:%62ob@xmpp.example',
  'sip:bob@xmpp.example;gr=balcony',
  'sip:bob@xmpp.example:5060;transport=tcp',
]) {
  test(`RFC 7247 §6: ${written} is bob of xmpp.example`, async (t) => {
    const { agent, neighbour } = await startBesideNeighbour(t)
    const alice = await agent.phone('alice')
    assert.equal((await alice.subscribe(written)).response.status, 200)
    assert.match((await alice.notify()).body, /entity="(?:sip|pres):bob@xmpp\.example"/)
    assert.deepEqual(neighbour.told, ['subscribed bob alice'])
  })
}

test("RFC 7247 §6: characters beyond SIP's are the same person in any escapes", async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  const alice = await agent.phone('alice')
  await alice.subscribe('sip:f%c3%bc%23@xmpp.example')
  await alice.notify()
  assert.deepEqual(neighbour.told, ['subscribed f%C3%BC%23 alice'])
})

test('RFC 8048 §5.3.2: several phones of one watcher are one subscription to the gateway, and refreshes none', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  const [desk, pocket] = [await agent.phone('alice'), await agent.phone('alice')]
  const dialog = await desk.subscribe(XBOB)
  await desk.notify()
  await pocket.subscribe(XBOB)
  await pocket.notify()
  assert.equal((await desk.refresh(dialog, 600)).status, 200)
  assert.equal(state(await desk.notify()), 'pending')
  assert.deepEqual(neighbour.told, ['subscribed bob alice'])
})

test('RFC 8048 §5.3.2: a dialog that ends takes nothing back, and the next one finds who has answered', async (t) => {
  const { agent, neighbour, say } = await startBesideNeighbour(t)
  const alice = await agent.phone('alice')
  const dialog = await alice.subscribe(XBOB)
  await alice.notify()
  await alice.refresh(dialog, 0)
  assert.equal(state(await alice.notify()), 'terminated;reason=timeout')
  say('allow')
  await alice.subscribe(XBOB)
  assert.equal(state(await alice.notify()), 'active')
  assert.deepEqual(neighbour.told, ['subscribed bob alice', 'subscribed bob alice'])
})

test('RFC 8048 §7.2: a fetch tells what is known, asks nobody, and leaves nothing behind', async (t) => {
  const { agent, neighbour, say } = await startBesideNeighbour(t)
  const alice = await agent.phone('alice')
  agent.source.publish(XBOB, pidf(XBOB, 'open'))
  await alice.subscribe(XBOB, ['Expires: 0'])
  const unknown = await alice.notify()
  assert.equal(state(unknown), 'terminated;reason=timeout')
  assert.doesNotMatch(unknown.body, /open/)
  say('allow')
  await alice.subscribe(XBOB, ['Expires: 0'])
  assert.match((await alice.notify()).body, /<basic>open</)
  assert.deepEqual(neighbour.told, ['fetched bob alice', 'fetched bob alice'])
  assert.deepEqual(await storedSubscriptions(agent), [])
})

test('RFC 3261 §10.3: a watcher is one, by whatever address of theirs', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t, {
    domains: [{ aliases: ['alias.example'] }],
  })
  await agent.addAccount('erin', { aliases: ['sip:101@example.com' as Aor] })
  const [own, alias] = [
    await agent.phone('erin'),
    await agent.phone('erin', { domain: 'alias.example' }),
  ]
  await own.subscribe(XBOB)
  await own.notify()
  assert.equal((await alias.subscribe(XBOB)).response.status, 200)
  await alias.notify()
  assert.deepEqual(neighbour.told, ['subscribed bob erin'])
})

test('RFC 3325 §5: a watcher of another SIP domain, for whom the proxy vouches, is asked for like ours', async (t) => {
  const { agent, neighbour, say } = await startBesideNeighbour(t, { trusted: true })
  const phone = await agent.phone('alice')
  const far = assertedAs('sip:carol@far.example')
  assert.equal((await phone.subscribe(XBOB, ['Expires: 600', far])).response.status, 200)
  assert.equal(state(await phone.notify()), 'pending')
  assert.deepEqual(neighbour.told, ['subscribed bob carol'])
  say('allow')
  assert.equal(state(await phone.notify()), 'active')
})

test('what the gateway throws costs one request, and nobody else theirs', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  const alice = await agent.phone('alice')
  const broken = { ...neighbour }
  neighbour.handling = () => assert.fail('the gateway is broken')
  assert.equal((await alice.subscribe(XBOB)).response.status, 500)
  neighbour.handling = broken.handling
  neighbour.subscribed = () => assert.fail('the gateway is broken')
  assert.equal((await alice.subscribe(XBOB)).response.status, 200)
  assert.equal(state(await alice.notify()), 'pending')
  assert.equal((await alice.subscribe(ALICE)).response.status, 200)
})

test('RFC 8048 §8.2: nobody watches people in XMPP without saying who they are', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  const alice = await agent.phone('alice')
  const headers = ['Event: presence', 'Expires: 600']
  const challenged = await alice.request('SUBSCRIBE', { uri: XBOB, headers, anonymous: true })
  assert.equal(challenged.status, 401)
  assert.match(challenged.header('www-authenticate') ?? '', /realm="example\.com"/)
  assert.deepEqual(neighbour.told, [])
})

test('RFC 8048 §8.2: what a trusted peer asks for nobody in particular is refused', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t, { trusted: true })
  neighbour.says = 'allow'
  const phone = await agent.phone('alice')
  const from = 'sip:anonymous@anonymous.invalid'
  const headers = ['Event: presence', 'Expires: 600']
  assert.equal((await phone.request('SUBSCRIBE', { uri: XBOB, from, headers })).status, 403)
  assert.deepEqual(neighbour.told, [])
})

test('RFC 8048 §8.2: who comes by SIP with an address of the XMPP domain is none of its people, whoever vouches', async (t) => {
  const { agent } = await startBesideNeighbour(t, { trusted: true })
  const phone = await agent.phone('alice')
  const asBob = await phone.subscribe(ALICE, ['Expires: 600', assertedAs(XBOB)])
  assert.equal(asBob.response.status, 403)
})

test('an account of an XMPP domain, which was of SIP before, signs in no more', async (t) => {
  const { agent } = await startBesideNeighbour(t)
  await agent.addAccount('dave', { aor: XDAVE })
  const dave = await agent.phone('dave', { domain: 'xmpp.example' })
  const { response } = await dave.subscribe(ALICE)
  assert.equal(response.status, 403)
})

for (const method of ['PUBLISH', 'REGISTER'] as const) {
  for (const trusted of [false, true]) {
    test(`RFC 3903 §6, RFC 3261 §10.3: ${method} for somebody in XMPP gets 403${trusted ? ', from a trusted peer too' : ''}`, async (t) => {
      const { agent } = await startBesideNeighbour(t, { trusted })
      const alice = await agent.phone('alice')
      const published = ['Event: presence', 'Content-Type: application/pidf+xml']
      const answer = await alice.request(method, {
        uri: method === 'REGISTER' ? 'sip:xmpp.example' : XBOB,
        to: XBOB,
        headers: method === 'REGISTER' ? ['Expires: 600'] : published,
        body: method === 'REGISTER' ? '' : pidf(XBOB, 'open'),
      })
      assert.equal(answer.status, 403)
    })
  }
}

for (const event of ['presence.winfo', 'presence.winfo.winfo', 'dialog', 'message-summary']) {
  test(`RFC 3857 §4.6: ${event} of somebody in XMPP is nobody's to watch: 403`, async (t) => {
    const { agent, neighbour } = await startBesideNeighbour(t)
    neighbour.says = 'allow'
    const alice = await agent.phone('alice')
    assert.equal((await alice.subscribe(XBOB, ['Expires: 600'], event)).response.status, 403)
    assert.deepEqual(neighbour.told, [])
  })
}

test('RFC 6665 §4.2.2: a restart keeps the subscription, asks nobody again, and follows what they said meanwhile', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  const alice = await agent.phone('alice')
  const dialog = await alice.subscribe(XBOB)
  await alice.notify()
  await agent.restart(() => (neighbour.says = 'allow'))
  assert.equal((await alice.refresh(dialog, 600)).status, 200)
  assert.equal(state(await alice.notify()), 'active')
  assert.deepEqual(neighbour.told, ['subscribed bob alice'])
  await agent.restart(() => (neighbour.says = 'block'))
  assert.equal(state(await alice.notify()), 'terminated;reason=rejected')
})

test('a domain that is served by SIP stays so, whatever the gateway says', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t, {
    domains: [{}, { name: 'xmpp.example' }],
  })
  const alice = await agent.phone('alice')
  // Nor can somebody of another domain tell who exists there.
  assert.equal((await alice.subscribe(XBOB)).response.status, 200)
  assert.deepEqual(neighbour.told, [])
})
