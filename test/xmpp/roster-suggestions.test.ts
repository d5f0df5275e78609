/** Suggestions for the contact's roster. XEP-0144. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { writeStanza } from '../../xmpp-gateway/stream/stanza-writer.ts'
import { followSuggestions } from '../../xmpp-gateway/roster/suggestions.ts'
import { alice, bob, createManualPairs } from './manual-pairs.ts'
import { turns } from './pairs-desk.ts'
import { createRecordedStreams } from './recorded-streams.ts'

const NAME = 'Alice <3'

/** The devices whose names begin with `new` know XEP-0144. */
function createDesk() {
  const pairs = createManualPairs()
  const streams = createRecordedStreams()
  const account = { aor: alice, aliases: [], credentials: [], name: NAME }
  followSuggestions({
    ...{ pairs, streams, log: silentLog },
    names: { allow: () => false, give: () => undefined },
    accounts: { find: () => account },
    capabilities: {
      featuresOf: (_, { resource }) =>
        new Set(resource.startsWith('new') ? ['http://jabber.org/protocol/rosterx'] : []),
    },
  })
  const asked = () => pairs.set({ to: 'asked', from: 'none' })
  return { pairs, streams, asked }
}

test('XEP-0144 §6: the first device that takes it is offered name and group, once', async () => {
  const { pairs, streams, asked } = createDesk()
  asked()
  const pair = pairs.set({ to: 'granted' })
  pairs.resource(pair, 'old', {})
  await turns()
  assert.equal(streams.requests.length, 0)
  pairs.resource(pair, 'new1', {})
  pairs.resource(pair, 'new2', {})
  await turns()
  const [request, second] = streams.requests
  assert.ok(request && !second)
  assert.deepEqual(
    [request.type, request.from, request.to],
    ['set', 'alice@sip.example', 'bob@xmpp.example/new1'],
  )
  assert.equal(
    writeStanza(request.child),
    '<x xmlns="http://jabber.org/protocol/rosterx"><item action="add" jid="alice@sip.example" name="Alice &lt;3"><group>SIP</group></item></x>',
  )
})

test('XEP-0144: who let the user see him before is offered nothing, nor who does not any more', async () => {
  const before = createDesk()
  before.pairs.resource(before.pairs.set(), 'new', {})
  const later = createDesk()
  later.asked()
  const pair = later.pairs.set({ to: 'granted' })
  later.pairs.remove(alice, bob)
  later.pairs.resource(pair, 'new', {})
  await turns()
  assert.deepEqual([...before.streams.requests, ...later.streams.requests], [])
})
