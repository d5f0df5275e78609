/** Subscriptions to lists that have an address: what is told, and when. RFC 4662 §4, RFC 4826 §4.5. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { RESOURCE_LISTS, RLS_SERVICES } from '../../core/model/document-id.ts'
import { startAgent } from './agent-harness.ts'
import {
  ALICE,
  BOB,
  CAROL,
  entries,
  FRIENDS,
  list,
  LIST_HEADERS,
  reference,
  resourceLists,
  service,
  services,
  store,
  storeFriends,
  subscribeToList,
  told,
} from './list-reader.ts'
import { pidf } from './phone.ts'
import { fetched, nothingMore } from './watched-alice.ts'

/*
 *  bob                 agent                alice
 *   |                    |<----PUBLISH--------|
 *   |--SUBSCRIBE list--->|                    |
 *   |<--200--------------|  Require: eventlist
 *   |<--NOTIFY full------|  alice, carol
 *   |                    |<----PUBLISH--------|
 *   |<--NOTIFY partial---|  alice
 */
test('RFC 4662 §4.5, §5.2: the whole list first, from version 0, then what changes', async (t) => {
  const agent = await startAgent(t)
  await storeFriends(agent, ALICE, CAROL)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await alice.publish(pidf(ALICE, 'open'))
  const { response } = await subscribeToList(bob)
  assert.equal(response.status, 200)
  assert.equal(response.header('require'), 'eventlist')
  const first = await told(bob)
  assert.equal(first.notify.header('require'), 'eventlist')
  assert.equal(first.notify.header('event'), 'presence')
  assert.deepEqual([first.uri, first.version, first.fullState], [FRIENDS, 0, true])
  assert.deepEqual(first.states, { alice: 'active', carol: 'active' })
  assert.match(first.bodies['alice'] ?? '', /entity="sip:alice@example.com".*<basic>open</)
  assert.match(first.bodies['carol'] ?? '', /<basic>closed</)
  await alice.publish(pidf(ALICE, 'closed'))
  const second = await told(bob)
  assert.deepEqual([second.version, second.fullState], [1, false])
  assert.deepEqual(second.states, { alice: 'active' })
})

test('RFC 4662 §5.2: after a SUBSCRIBE everything is told again, under the next version', async (t) => {
  const agent = await startAgent(t)
  await storeFriends(agent, ALICE, CAROL)
  const bob = await agent.phone('bob')
  const dialog = await subscribeToList(bob)
  await told(bob)
  assert.equal((await bob.refresh(dialog, 600)).header('require'), 'eventlist')
  const again = await told(bob)
  assert.deepEqual([again.version, again.fullState], [1, true])
  assert.deepEqual(again.states, { alice: 'active', carol: 'active' })
})

test('RFC 6665 §4.4.3: a list is fetched by a SUBSCRIBE that expires at once', async (t) => {
  const agent = await startAgent(t)
  await storeFriends(agent, ALICE, 'sip:nobody@example.com')
  const bob = await agent.phone('bob')
  await bob.subscribe(FRIENDS, ['Expires: 0', ...LIST_HEADERS])
  const only = await told(bob)
  assert.match(only.notify.header('subscription-state') ?? '', /^terminated;reason=timeout/)
  assert.deepEqual(only.states, { alice: 'active', nobody: 'terminated noresource' })
})

test('RFC 6665 §4.2.1.4: whoever unsubscribes from a list is its members’ watcher no more', async (t) => {
  const agent = await startAgent(t)
  await storeFriends(agent, ALICE)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const dialog = await subscribeToList(bob)
  await told(bob)
  assert.deepEqual(await fetched(alice), [`${BOB} active subscribe`])
  await bob.refresh(dialog, 0)
  const last = await told(bob)
  assert.match(last.notify.header('subscription-state') ?? '', /^terminated;reason=timeout/)
  assert.deepEqual(last.states, { alice: '' })
  assert.deepEqual(await fetched(alice), [])
  await alice.publish(pidf(ALICE, 'open'))
  await nothingMore(agent, bob)
})

test('RFC 4826 §4.5: nested lists, references and external lists are one flat list with their names', async (t) => {
  const agent = await startAgent(t)
  const ref = `resource-lists/users/${BOB}/index/~~/resource-lists/list%5b@name=%22b%22%5d/entry%5b@uri=%22${CAROL}%22%5d`
  const named = `<entry uri="${ALICE}"><display-name>Alice A.</display-name></entry>`
  await store(
    agent,
    RESOURCE_LISTS,
    resourceLists(
      list(
        'a',
        `${list('inner', named)}<entry-ref ref="${ref}"/><external anchor="${reference('c')}"/>`,
      ) +
        list('b', entries(CAROL)) +
        list('c', entries(ALICE, BOB)),
    ),
  )
  await store(agent, RLS_SERVICES, services(service('a')))
  const bob = await agent.phone('bob')
  await subscribeToList(bob)
  const first = await told(bob)
  assert.deepEqual(
    first.resources.map(({ uri, names }) => [uri, names[0]?.text]),
    [
      [ALICE, 'Alice A.'],
      [CAROL, undefined],
      [BOB, undefined],
    ],
  )
  assert.deepEqual(first.names, [{ text: 'a' }])
})

test('RFC 4826 §4.2: a service may have its list within itself', async (t) => {
  const agent = await startAgent(t)
  const own = `<list><rl:entry uri="${ALICE}"/><rl:list><rl:entry uri="${CAROL}"/></rl:list></list>`
  await store(agent, RLS_SERVICES, services(`<service uri="${FRIENDS}">${own}</service>`))
  const bob = await agent.phone('bob')
  await subscribeToList(bob)
  assert.deepEqual(Object.keys((await told(bob)).states), ['alice', 'carol'])
})

test('RFC 4826 §5: a list is found by any spelling of its address, its parameters included', async (t) => {
  const agent = await startAgent(t, { domains: [{ aliases: ['sip.example.com'] }] })
  await store(agent, RESOURCE_LISTS, resourceLists(list('friends', entries(ALICE))))
  const uri = `${BOB};pres-list=rcs`
  await store(agent, RLS_SERVICES, services(service('friends', uri)))
  const bob = await agent.phone('bob')
  for (const spelling of [uri, 'sip:b%6fb@SIP.EXAMPLE.COM;PRES-LIST=rcs']) {
    assert.equal((await subscribeToList(bob, [], spelling)).response.status, 200)
    assert.deepEqual((await told(bob)).states, { alice: 'active' })
  }
  // The person himself is another resource.
  assert.equal((await bob.subscribe(BOB)).response.header('require'), undefined)
})

interface Refused {
  readonly name: string
  readonly status: number
  readonly who?: string
  readonly headers?: readonly string[]
  readonly event?: string
  readonly lists?: string
  readonly services?: string
  readonly answer?: readonly [string, RegExp]
}

const external = (name: string) => `<external anchor="${reference(name)}"/>`

const REFUSED: readonly Refused[] = [
  {
    name: 'RFC 4662 §4.1: who does not understand lists gets 421',
    headers: ['Accept: application/pidf+xml'],
    status: 421,
    answer: ['require', /^eventlist$/],
  },
  {
    name: 'RFC 4662 §4.3: who cannot take meta-information gets 406',
    headers: ['Supported: eventlist', 'Accept: multipart/related, application/pidf+xml'],
    status: 406,
  },
  {
    name: 'RFC 4662 §4.3: who cannot take multipart/related gets 406',
    headers: ['Supported: eventlist', 'Accept: application/rlmi+xml, application/pidf+xml'],
    status: 406,
  },
  { name: 'RFC 4662 §4.4: a list is its owner’s: 403', who: 'alice', status: 403 },
  {
    name: 'RFC 4826 §4.5: an event package that the service does not name gets 489',
    services: services(service('a', FRIENDS, '<packages><package>dialog</package></packages>')),
    status: 489,
    answer: ['allow-events', /^dialog$/],
  },
  {
    name: 'RFC 4662 §4: there are no lists of watcher information: 489',
    event: 'presence.winfo',
    status: 489,
  },
  {
    name: 'RFC 4826 §4.5: a list that refers to itself gets 502',
    lists: list('a', external('b')) + list('b', external('a')),
    status: 502,
  },
  {
    name: 'RFC 4826 §4.5: a list that refers to nothing gets 502',
    lists: list('a', external('gone')),
    status: 502,
  },
  {
    name: 'RFC 4826 §4.5: a service whose list is not there gets 502',
    lists: list('other', ''),
    status: 502,
  },
  {
    name: 'RFC 4825 §5.7: another person’s list is not to be read: 502',
    lists: list('a', `<external anchor="${reference('a', ALICE)}"/>`),
    status: 502,
  },
]

for (const { name, status, answer, ...given } of REFUSED) {
  test(name, async (t) => {
    const agent = await startAgent(t)
    await store(agent, RESOURCE_LISTS, resourceLists(given.lists ?? list('a', entries(ALICE))))
    await store(agent, RESOURCE_LISTS, resourceLists(list('a', entries(BOB))), ALICE)
    await store(agent, RLS_SERVICES, given.services ?? services(service('a')))
    const phone = await agent.phone(given.who ?? 'bob')
    const headers = ['Expires: 600', ...(given.headers ?? LIST_HEADERS)]
    const { response } = await phone.subscribe(FRIENDS, headers, given.event)
    assert.equal(response.status, status)
    if (answer) assert.match(response.header(answer[0]) ?? '', answer[1])
  })
}

test('RFC 6665 §8.2.1: no Event names the lists of a package', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const { response } = await bob.subscribe(ALICE, ['Expires: 600'], 'presence.eventlist')
  assert.equal(response.status, 489)
})

/*
 *  bob                 agent               store
 *   |--SUBSCRIBE list--->|                    |
 *   |<--NOTIFY full------|  alice             |
 *   |                    |<-----change--------|  carol is added
 *   |<--NOTIFY partial---|  carol             |
 *   |                    |<-----change--------|  alice is removed
 *   |<--NOTIFY partial---|  alice terminated  |
 *   |                    |<-----change--------|  the service is deleted
 *   |<--NOTIFY-----------|  terminated;reason=noresource
 */
test('an edited list is told at once, member by member, and ends with its service', async (t) => {
  const agent = await startAgent(t)
  await storeFriends(agent, ALICE)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await subscribeToList(bob)
  await told(bob)
  const edit = (...uris: string[]) =>
    store(agent, RESOURCE_LISTS, resourceLists(list('friends', entries(...uris))))
  await edit(ALICE, CAROL)
  const added = await told(bob)
  assert.deepEqual([added.version, added.fullState], [1, false])
  assert.deepEqual(added.states, { carol: 'active' })
  await edit(CAROL)
  assert.deepEqual((await told(bob)).states, { alice: 'terminated noresource' })
  assert.deepEqual(await fetched(alice), [])
  await alice.publish(pidf(ALICE, 'open'))
  await nothingMore(agent, bob)
  await store(agent, RLS_SERVICES, services(''))
  const last = await bob.notify()
  assert.match(last.header('subscription-state') ?? '', /^terminated;reason=noresource/)
})

test('a list that has become a circle goes on with those whom it can reach', async (t) => {
  const agent = await startAgent(t)
  await storeFriends(agent, ALICE)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await subscribeToList(bob)
  await told(bob)
  await store(
    agent,
    RESOURCE_LISTS,
    resourceLists(list('friends', entries(ALICE) + external('friends'))),
  )
  await alice.publish(pidf(ALICE, 'open'))
  assert.deepEqual((await told(bob)).states, { alice: 'active' })
})

test('what happens while a NOTIFY is on its way comes together in the next', async (t) => {
  const agent = await startAgent(t)
  await storeFriends(agent, ALICE, CAROL)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const carol = await agent.phone('carol')
  await subscribeToList(bob)
  const unanswered = await bob.notify(null)
  await alice.publish(pidf(ALICE, 'open'))
  await alice.publish(pidf(ALICE, 'closed', '<note>late</note>'))
  await carol.publish(pidf(CAROL, 'open'))
  bob.answer(unanswered, 200)
  const next = await told(bob)
  assert.equal(next.version, 1)
  assert.deepEqual(next.states, { alice: 'active', carol: 'active' })
  assert.match(next.bodies['alice'] ?? '', /late/)
  await nothingMore(agent, bob)
})

/*
 *  bob            agent            agent'
 *   |--SUBSCRIBE-->|
 *   |<--NOTIFY-----|  versions 0…
 *                restart
 *   |<--NOTIFY----------------------|  everything, a higher version, a higher CSeq
 */
test('RFC 4662 §5.2: after a restart the list goes on as it is then, from a higher version', async (t) => {
  const agent = await startAgent(t)
  await storeFriends(agent, ALICE)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await subscribeToList(bob)
  const first = await told(bob)
  await agent.restart()
  const again = await told(bob)
  assert.equal(again.fullState, true)
  assert.ok(again.version > first.version)
  assert.equal(again.notify.header('call-id'), first.notify.header('call-id'))
  assert.deepEqual(again.states, { alice: 'active' })
  await alice.publish(pidf(ALICE, 'open'))
  assert.match((await told(bob)).bodies['alice'] ?? '', /open/)
})

test('a list is the same where the store takes its time', async (t) => {
  const agent = await startAgent(t, {
    documents: ({ documents }) => ({
      currentIcon: (owner) => documents.currentIcon(owner),
      get: async (id) => {
        await setImmediate()
        return documents.get(id)
      },
      iconByToken: (token) => documents.iconByToken(token),
      list: (tree, auid) => documents.list(tree, auid),
      metadata: (id) => documents.metadata(id),
      ofUsage: (auid) => documents.ofUsage(auid),
    }),
  })
  await storeFriends(agent, ALICE)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await subscribeToList(bob)
  assert.deepEqual((await told(bob)).states, { alice: 'active' })
  await store(agent, RESOURCE_LISTS, resourceLists(list('friends', entries(ALICE, CAROL))))
  assert.deepEqual((await told(bob)).states, { carol: 'active' })
  await alice.publish(pidf(ALICE, 'open'))
  assert.deepEqual((await told(bob)).states, { alice: 'active' })
})
