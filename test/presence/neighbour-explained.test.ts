/** What `visage explain` says of SIP users and people in XMPP, and why one does not see the other. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { explanationText } from '../../cli/visage/explain-text.ts'
import { pidf } from './phone.ts'
import { startBesideNeighbour, XBOB } from './scripted-neighbour.ts'

const [ALICE, BOB] = ['alice@example.com', 'bob@xmpp.example']

test('visage explain: each reason why alice does not see bob, who is in XMPP', async (t) => {
  const { agent, neighbour, say } = await startBesideNeighbour(t)
  const alice = await agent.phone('alice')
  const because = async () => {
    const { cause } = await agent.explain(ALICE, BOB)
    return `${cause.kind}: ${cause.text}`
  }
  assert.match(
    await because(),
    /^not-subscribed: alice@example\.com has no subscription to bob@xmpp/,
  )
  await alice.subscribe(XBOB)
  await alice.notify()
  assert.equal(
    await because(),
    'pending: bob@xmpp.example has not answered alice@example.com yet, in XMPP',
  )
  say('allow')
  await alice.notify()
  await agent.advance(0)
  assert.equal(
    await because(),
    'nothing-published: bob@xmpp.example is not available in XMPP: shown as closed',
  )
  agent.source.publish(XBOB, pidf(XBOB, 'open'))
  await alice.notify()
  await agent.advance(0)
  assert.match(await because(), /^no-icon: alice@example\.com is told the presence of bob@xmpp/)
  neighbour.says = 'block'
  assert.equal(
    await because(),
    'blocked: bob@xmpp.example does not let alice@example.com in, in XMPP',
  )
})

test('visage explain: what it rests on says who decided, and who published', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  neighbour.says = 'allow'
  agent.source.publish(XBOB, pidf(XBOB, 'open'))
  const alice = await agent.phone('alice')
  await alice.subscribe(XBOB)
  await alice.notify()
  const text = explanationText(await agent.explain(ALICE, BOB))
  assert.match(text, /^decision {6}allow, by the contact, in XMPP$/m)
  assert.match(
    text,
    /^publication {3}the gateway, at \S+, until it says something else, \d+ bytes$/m,
  )
})

test('visage explain: bob, who is in XMPP, has not asked to see alice', async (t) => {
  const { agent } = await startBesideNeighbour(t)
  const { cause, watcher } = await agent.explain(BOB, ALICE)
  assert.equal(watcher.known, 'neighbour')
  assert.equal(cause.text, 'bob@xmpp.example has not asked alice@example.com, in XMPP')
})
