/** Bodies are made smaller for those who say that they can read them so. RFC 3261 §20.2, §20.12. */
import assert from 'node:assert/strict'
import { inflateSync } from 'node:zlib'
import test from 'node:test'
import { startAgent } from './agent-harness.ts'
import { pidf } from './phone.ts'
import { ALICE } from './watched-alice.ts'

const LONG = pidf(ALICE, 'open', `<note>${'so long '.repeat(100)}</note>`)
const ASKED = ['Expires: 600', 'Accept-Encoding: deflate']

test('RFC 3261 §20.2: only who accepts deflate gets it, and the document is the same', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const carol = await agent.phone('carol')
  await alice.publish(LONG)
  await bob.subscribe(ALICE, ASKED)
  await carol.subscribe(ALICE)
  const [small, plain] = [await bob.notify(), await carol.notify()]
  assert.equal(plain.header('content-encoding'), undefined)
  assert.equal(small.header('content-encoding'), 'deflate')
  assert.equal(small.header('content-type'), 'application/pidf+xml')
  assert.equal(small.header('content-length'), `${small.content.length}`)
  assert.ok(small.content.length < plain.content.length / 2)
  assert.equal(inflateSync(small.content).toString(), plain.body)
  // The coding is a part of the entity. RFC 5839 §4
  assert.notEqual(small.header('sip-etag'), plain.header('sip-etag'))
})

test('RFC 5839 §6.4: the tag of a part is that of the whole, though only one of them is long enough to be deflated', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const asked = [...ASKED, 'Accept: application/pidf-diff+xml']
  const first = await alice.publish(LONG)
  const dialog = await bob.subscribe(ALICE, asked)
  assert.equal((await bob.notify()).header('content-encoding'), 'deflate')
  const match = `SIP-If-Match: ${first.header('sip-etag') ?? ''}`
  await alice.publish(LONG.replace('open', 'closed'), [match])
  const part = await bob.notify()
  assert.match(part.body, /pidf-diff/)
  assert.equal(part.header('content-encoding'), undefined)
  const known = [...asked.slice(1), `Suppress-If-Match: ${part.header('sip-etag') ?? ''}`]
  assert.equal((await bob.refresh(dialog, 600, undefined, known)).status, 204)
})

test('a short body stays as it is', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  await bob.subscribe('sip:alice@example.com', ASKED)
  const notify = await bob.notify()
  assert.ok(notify.content.length <= 300)
  assert.equal(notify.header('content-encoding'), undefined)
})

test('which words mean that deflate is accepted', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await alice.publish(LONG)
  const cases = {
    'gzip, DEFLATE': 'deflate',
    'deflate;q=0.5': 'deflate',
    'deflate ; q=0': undefined,
    'deflate;q=0.000': undefined,
    'x-deflate': undefined,
    '*': undefined,
    identity: undefined,
    '': undefined,
  }
  for (const [value, expected] of Object.entries(cases)) {
    await bob.subscribe(ALICE, ['Expires: 600', `Accept-Encoding: ${value}`])
    assert.equal((await bob.notify()).header('content-encoding'), expected, value)
  }
})

test('the last SUBSCRIBE counts, over a restart too', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const first = await alice.publish(LONG)
  const dialog = await bob.subscribe(ALICE, ASKED)
  await bob.notify()
  await agent.restart()
  const again = await agent.phone('alice')
  await again.publish(LONG.replace('so long', 'longer'), [
    `SIP-If-Match: ${first.header('sip-etag') ?? ''}`,
  ])
  const notify = await bob.notify()
  assert.equal(notify.header('content-encoding'), 'deflate')
  assert.match(inflateSync(notify.content).toString(), /longer/)
  await bob.refresh(dialog, 600, 50)
  assert.equal((await bob.notify()).header('content-encoding'), undefined)
})
