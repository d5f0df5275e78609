/** XMPP people who watch people of ours through a gateway: rules, documents, watcher information. RFC 8048 §5.2, RFC 3857. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { explanationText } from '../../cli/visage/explain-text.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { startAgent } from './agent-harness.ts'
import { pidf } from './phone.ts'
import { ALL_OF_IT, one, rule, ruled, writeRules } from './ruled-alice.ts'
import {
  ALICE,
  fetched,
  nothingMore,
  setUp,
  standing,
  storedSubscriptions,
  told,
  watchersIn,
  watchWatchers,
} from './watched-alice.ts'
import { settled, watch, XBOB } from './xmpp-watcher.ts'

const dave = 'sip:dave@example.com' as Aor
const rejected = { state: 'terminated', reason: 'rejected', status: 403, isFinal: true }

/*
 *  gateway            agent              alice
 *   |--watch---------->|                  |  her rules say nothing of bob: confirm
 *   |<--pending--------|----NOTIFY winfo->|  bob pending
 *   |                  |<----rules--------|  allow
 *   |<--active, PIDF---|----NOTIFY winfo->|  bob active
 *   |                  |<----PUBLISH------|
 *   |<--active, PIDF---|                  |
 *   |                  |<----rules--------|  polite-block
 *   |<--active, closed-|                  |
 *   |                  |<----rules--------|  block
 *   |<--terminated-----|----NOTIFY winfo->|  bob terminated, rejected
 */
test('RFC 5025 §3.2.1: whoever watches through a gateway is decided on like any watcher, and all takes effect at once', async (t) => {
  const { agent, alice } = await ruled(t, '')
  await alice.publish(pidf(ALICE, 'open'))
  await watchWatchers(alice)
  await told(alice)
  const bob = watch(agent.source)
  assert.deepEqual(await bob.next(), { state: 'pending' })
  assert.deepEqual(standing(await told(alice)), [`${XBOB} pending subscribe`])
  await writeRules(agent, rule(one(XBOB), 'allow'))
  const allowed = await bob.next()
  assert.ok(allowed.state === 'active' && allowed.handling === 'allow' && allowed.showsIcon)
  assert.match(allowed.document ?? '', /<basic>open</)
  assert.deepEqual(standing(await told(alice)), [`${XBOB} active approved`])
  await alice.publish(pidf(ALICE, 'open', '<note>busy</note>'))
  assert.match(await bob.document(), /busy/)
  await writeRules(agent, rule(one(XBOB), 'polite-block'))
  const polite = await bob.next()
  assert.ok(polite.state === 'active' && polite.handling === 'polite-block' && !polite.showsIcon)
  assert.doesNotMatch(polite.document ?? '', /open|busy/)
  await alice.publish(pidf(ALICE, 'open', '<note>back</note>'))
  await writeRules(agent, rule(one(XBOB), 'block'))
  assert.deepEqual(await bob.next(), rejected)
  assert.deepEqual(standing(await told(alice)), [`${XBOB} terminated rejected`])
  await nothingMore(agent, alice)
})

test('RFC 8048 §5.2.1: who was shut out hears nothing more; he must ask again', async (t) => {
  const { agent, alice } = await ruled(t, rule(one(XBOB), 'block'))
  const bob = watch(agent.source)
  assert.deepEqual(await bob.next(), rejected)
  await writeRules(agent, rule(one(XBOB), 'allow'))
  await alice.publish(pidf(ALICE, 'open'))
  await settled()
  assert.equal(bob.heard.length, 1)
  bob.close()
  assert.match(await watch(agent.source).document(), /open/)
})

test('RFC 5025 §3.2.1: back to confirm is pending again, without a document', async (t) => {
  const { agent } = await ruled(t, rule(one(XBOB), 'allow'))
  const bob = watch(agent.source)
  await bob.document()
  await writeRules(agent, rule(one(XBOB), 'confirm'))
  assert.deepEqual(await bob.next(), { state: 'pending' })
})

test('one PUBLISH is one standing; a refresh, and the same again, are none', async (t) => {
  const { agent, alice } = await ruled(t, rule(one(XBOB), 'allow'))
  const bob = watch(agent.source)
  await bob.document()
  const first = await alice.publish(pidf(ALICE, 'open'))
  await bob.document()
  const ifMatch = `SIP-If-Match: ${first.header('sip-etag') ?? ''}`
  const second = await alice.publish(undefined, [ifMatch])
  const again = `SIP-If-Match: ${second.header('sip-etag') ?? ''}`
  await alice.publish(pidf(ALICE, 'open'), [again])
  await settled()
  assert.equal(bob.heard.length, 2)
})

test('RFC 3857 §4.7: a gateway’s watcher stands in watcher info with the time when he asked first, and no expiry', async (t) => {
  const { agent, alice } = await ruled(t, rule(one(XBOB), 'allow'))
  const since = agent.clock.now() - 3_600_000
  const bob = watch(agent.source, { since })
  await bob.document()
  await watchWatchers(alice)
  const [watcher] = watchersIn(await told(alice))
  assert.deepEqual(
    [watcher?.uri, watcher?.status, watcher?.event, watcher?.durationSubscribed],
    [XBOB, 'active', 'subscribe', 3600],
  )
  assert.equal(watcher?.expiration, undefined)
  bob.close()
  assert.deepEqual(standing(await told(alice)), [`${XBOB} terminated timeout`])
  await alice.publish(pidf(ALICE, 'open'))
  await settled()
  assert.equal(bob.heard.length, 1)
})

test('a gateway remembers whom nobody has answered: he does not wait here when he goes', async (t) => {
  const { agent, alice } = await setUp(t)
  const bob = watch(agent.source)
  await bob.next()
  await watchWatchers(alice)
  assert.deepEqual(standing(await told(alice)), [`${XBOB} pending subscribe`])
  bob.close()
  bob.close()
  assert.deepEqual(standing(await told(alice)), [`${XBOB} terminated giveup`])
  assert.deepEqual(await fetched(alice), [])
})

test('a watch is not stored; after a restart the gateway begins it anew', async (t) => {
  const { agent, alice } = await ruled(t, rule(one(XBOB), 'allow'))
  await alice.publish(pidf(ALICE, 'open'))
  await watch(agent.source).document()
  assert.deepEqual(await storedSubscriptions(agent), [])
  await agent.restart()
  assert.deepEqual(await fetched(alice), [])
  assert.match(await watch(agent.source).document(), /open/)
  assert.deepEqual(await fetched(alice), [`${XBOB} active subscribe`])
})

test('a watch does not expire, however long it lasts', async (t) => {
  const { agent, alice } = await ruled(t, rule(one(XBOB), 'allow'))
  const bob = watch(agent.source)
  await bob.document()
  await agent.advance(90 * 86_400_000)
  await alice.publish(pidf(ALICE, 'open'))
  assert.match(await bob.document(), /open/)
})

const NO_PERSON = ALL_OF_IT.replace(/<p:provide-persons>.*<\/p:provide-persons>/, '')

test('RFC 5025 §3.3: what changed outside of what he may see is not told, nor is the icon shown', async (t) => {
  const { agent, alice } = await ruled(t, rule(one(XBOB), 'allow', NO_PERSON))
  const bob = watch(agent.source)
  const first = await bob.next()
  assert.ok(first.state === 'active' && first.handling === 'allow' && !first.showsIcon)
  const person = (note: string) => `<dm:person id="p"><dm:note>${note}</dm:note></dm:person>`
  const published = await alice.publish(pidf(ALICE, 'open', person('a')))
  assert.match(await bob.document(), /open/)
  const ifMatch = [`SIP-If-Match: ${published.header('sip-etag') ?? ''}`]
  await alice.publish(pidf(ALICE, 'open', person('b')), ifMatch)
  await settled()
  assert.equal(bob.heard.length, 2)
})

test('RFC 8048 §5.2: nobody is at an address until somebody moves in, and after somebody has moved out', async (t) => {
  const domains = [{ defaultPolicy: 'allow' as const }]
  const agent = await startAgent(t, { domains })
  const gone = { ...rejected, reason: 'noresource', status: 410 }
  assert.equal(await agent.source.exists(dave), 'nowhere')
  // Strangers to the domain cannot tell nobody from somebody silent.
  assert.match(await watch(agent.source, { presentity: dave }).document(), /<basic>closed</)
  await agent.addAccount('dave')
  const bob = watch(agent.source, { presentity: dave })
  await bob.document()
  await agent.store.accounts.remove(dave)
  assert.deepEqual(await bob.next(), gone)
  await agent.addAccount('dave')
  await watch(agent.source, { presentity: dave }).document()
  assert.equal(bob.heard.length, 2)
})

test('an alias, and the domain by another name, are the person whose they are', async (t) => {
  const domains = [{ defaultPolicy: 'allow' as const, aliases: ['example.org'] }]
  const agent = await startAgent(t, { domains })
  await agent.addAccount('dave', { aliases: ['sip:101@example.com' as Aor] })
  for (const address of ['sip:101@example.com', 'sip:dave@example.org'] as Aor[]) {
    assert.equal(await agent.source.exists(address), 'here')
    assert.match(await watch(agent.source, { presentity: address }).document(), /dave@example\.com/)
  }
})

test('RFC 5025 §5: a rule about his domain lets him in', async (t) => {
  const domain = '<identity><many domain="xmpp.example"/></identity>'
  const { agent } = await ruled(t, rule(domain, 'allow'))
  await watch(agent.source).document()
})

test('visage explain: of a gateway’s watcher as of any, with how he is told', async (t) => {
  const { agent, alice } = await ruled(t, rule(one(XBOB), 'confirm'))
  await alice.publish(pidf(ALICE, 'open'))
  const explained = () => agent.explain(XBOB, ALICE)
  const bob = watch(agent.source)
  await bob.next()
  assert.equal((await explained()).cause.kind, 'pending')
  await writeRules(agent, rule(one(XBOB), 'allow'))
  await bob.next()
  const text = explanationText(await explained())
  assert.match(text, /is told the presence of .*alice@example\.com, who has no icon/)
  assert.match(text, /^subscription {2}active, since .*, until it is ended, through the gateway$/m)
  assert.doesNotMatch(text, /last NOTIFY/)
  await writeRules(agent, rule(one(XBOB), 'block'))
  await bob.next()
  assert.equal((await explained()).cause.kind, 'blocked')
  await writeRules(agent, rule(one(XBOB), 'allow'))
  await settled()
  const { cause } = await explained()
  assert.match(cause.text, /ended at .*: it was ended, by the watcher or the rules$/)
})
