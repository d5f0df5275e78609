/** When the store cannot be written nothing has happened: 503, and memory as it was. RFC 3903 §6. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { StoreUnavailable } from '../../core/model/store-unavailable.ts'
import { startAgent } from './agent-harness.ts'
import { pidf } from './phone.ts'

const ALICE = 'sip:alice@example.com'

test('a full disk gets 503 with Retry-After, changes nothing, and is over when there is room', async (t) => {
  let full = false
  const agent = await startAgent(t, {
    eventState: ({ eventState }) => ({
      write: (writes) =>
        full
          ? Promise.reject(new StoreUnavailable('full', 'no space left'))
          : eventState.write(writes),
      publications: () => eventState.publications(),
      subscriptions: () => eventState.subscriptions(),
      bindings: () => eventState.bindings(),
    }),
  })
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const dialog = await bob.subscribe(ALICE, ['Expires: 600'])
  await bob.notify()
  const published = await alice.publish(pidf(ALICE, 'open', '<note>before</note>'))
  await bob.notify()
  const ifMatch = `SIP-If-Match: ${published.header('sip-etag') ?? ''}`
  full = true
  const refused = [
    await alice.publish(pidf(ALICE, 'closed'), [ifMatch]),
    await alice.publish(undefined, [ifMatch, 'Expires: 0']),
    await alice.publish(pidf(ALICE, 'open', '<note>new</note>')),
    (await bob.subscribe(ALICE)).response,
    await bob.refresh(dialog, 60),
    await bob.refresh(dialog, 0),
    await alice.request('REGISTER', { uri: 'sip:example.com', to: ALICE }),
  ]
  for (const response of refused) {
    assert.equal(response.status, 503)
    assert.match(response.header('retry-after') ?? '', /^\d+$/)
  }
  await agent.advance(0)
  assert.deepEqual(bob.client.untaken(), [])
  full = false
  assert.equal((await bob.refresh(dialog, 600)).status, 200)
  const same = await bob.notify()
  assert.match(same.body, /before/)
  assert.doesNotMatch(same.body, /new/)
  assert.equal((await alice.publish(undefined, [ifMatch])).status, 200)
  const uri = 'sip:example.com'
  const bindings = await alice.request('REGISTER', { uri, to: ALICE, contact: '' })
  assert.deepEqual(bindings.headers('contact'), [])
})
