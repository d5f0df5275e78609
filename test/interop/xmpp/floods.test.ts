/** Group A6: a contact who asks for too much, or says odd things, harms nobody else. */
import assert from 'node:assert/strict'
import { startFriends } from './friendly-world.ts'
import { befriend, until } from './friends.ts'
import { PROSODY, testsWith } from './programs.ts'
import { startWorld } from './world.ts'
import type { Received } from './xmpp-client.ts'

const proves = testsWith(PROSODY)
const BOB = 'sip:bob@xmpp.localhost'

proves(
  'A6: hundreds of requests at once from one contact are answered in bounds, and others are served meanwhile',
  async (t) => {
    const world = await startWorld({ users: ['alice', 'eve'], people: ['bob', 'dave'] })
    t.after(() => world.end())
    const [bob, dave] = [await world.logIn('bob/desk'), await world.logIn('dave/desk')]
    // More would be a test of how fast Prosody writes rosters.
    const asked = range(200).map(
      (number) => `<presence to="nobody${number}@sip.localhost" type="subscribe"/>`,
    )
    const looked = range(1_500).map(
      (number) =>
        `<iq id="q${number}" type="get" to="alice@sip.localhost"><vCard xmlns="vcard-temp"/></iq>`,
    )
    await bob.send([...asked, ...looked].join(''))
    await befriend(dave, world.user('eve'))
    const isAnswer = ({ name, id }: Received) => name === 'iq' && (id?.startsWith('q') ?? false)
    await until(
      () => bob.received.filter(isAnswer).length >= looked.length,
      () => `${bob.received.filter(isAnswer).length} answers`,
      20_000,
    )
    const answer = await fetch(`http://127.0.0.1:${world.visage.httpPort}/healthz`)
    assert.equal(answer.status, 200)
  },
)

const range = (length: number) => Array.from({ length }, (_, number) => number)

proves('RFC 6120 §8: presence with odd content does no harm, and the next is read', async (t) => {
  const world = await startFriends()
  t.after(() => world.end())
  const watcher = await world.user('alice').watch(BOB)
  await watcher.next(({ body }) => body.includes('<basic>open'), 'open')
  const bob = await world.logIn('bob/phone', { presence: null })
  const odd = [
    `<presence><status>${'long '.repeat(20_000)}</status></presence>`,
    '<presence><show>nowhere</show><priority>999999</priority></presence>',
    '<presence><c xmlns="http://jabber.org/protocol/caps"/><x xmlns="vcard-temp:x:update"><photo>../../etc</photo></x></presence>',
    `<presence>${'<a xmlns="urn:example:deep">'.repeat(60)}${'</a>'.repeat(60)}</presence>`,
  ]
  for (const xml of odd) await bob.send(xml)
  await bob.presence({ status: 'plain again' })
  const told = await watcher.next(({ body }) => body.includes('plain again'), 'the last')
  assert.ok(told.body.length < 20_000)
})
