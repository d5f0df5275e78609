/** Group A1: the XMPP server refuses, stops and comes back. XEP-0114. */
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { startFriends } from './friendly-world.ts'
import { rosterSays } from './friends.ts'
import { PROSODY, testsWith } from './programs.ts'
import { presenceDocument } from './sip-user.ts'
import { statusOf } from './stanza-words.ts'
import { startWorld } from './world.ts'

const proves = testsWith(PROSODY)

proves(
  'A1: a wrong secret is said clearly in the log, and is not tried again within seconds',
  async (t) => {
    const world = await startWorld({ users: ['alice'], people: [], xmpp: { secret: 'wrong' } })
    t.after(() => world.end())
    await setTimeout(4_000)
    const said = [...world.visage.server.lines, ...world.visage.server.errors]
    assert.ok(
      said.some((line) => /secret|not-authorized/i.test(line)),
      said.join('\n'),
    )
    const tries =
      (await world.server.log()).split('Incoming Jabber component connection').length - 1
    // One is the test's own, which looks whether the server listens.
    assert.ok(tries <= 2, `${tries} connections`)
    const answer = await fetch(`http://127.0.0.1:${world.visage.httpPort}/healthz`)
    assert.equal(answer.status, 200)
  },
)

proves(
  'A1: Prosody stopped for ten seconds: fresh presence at most five seconds after it is back',
  async (t) => {
    const world = await startFriends()
    t.after(() => world.end())
    const alice = world.user('alice')
    await world.server.stop()
    await alice.publish(presenceDocument(alice.aor, 'open', { note: 'meanwhile' }))
    await setTimeout(10_000)
    await world.server.start()
    const up = Date.now()
    const bob = await world.logIn('bob/desk')
    const told = await bob.next((stanza) => statusOf(stanza) === 'meanwhile', 'fresh presence')
    assert.ok(told.at - up < 5_000, `${told.at - up} ms`)
    await rosterSays(bob, alice.jid, ({ subscription }) => subscription === 'both', 'both')
  },
)
