/**
 * Publications by third parties: what a trusted proxy or PBX tells of its users. RFC 3903 §6.
 *
 *   Kamailio, Asterisk                 Visage                    bob
 *      | PUBLISH sip:alice, no digest    |                        |
 *      |-------------------------------->|  NOTIFY alice is open  |
 *      | 200, SIP-ETag                   |----------------------->|
 */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { parsePidf } from '../../core/documents/pidf.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { startAgent, type HarnessOptions } from './agent-harness.ts'
import { pidf, type Phone } from './phone.ts'

const ALICE = 'sip:alice@example.com'
const ASTERISK = 'sip:asterisk@192.0.2.5'

/** As Kamailio's pua_usrloc writes it, through libxml2. */
const PUA_USRLOC = `<?xml version="1.0"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" xmlns:c="urn:ietf:params:xml:ns:pidf:cipid" entity="pres:alice@example.com">
  <tuple id="0x7ffd2a6b1e40">
    <status>
      <basic>open</basic>
    </status>
  </tuple>
</presence>
`
const PIDF = ['Event: presence', 'Content-Type: application/pidf+xml']

async function setUp(t: TestContext, options: HarnessOptions = {}) {
  const agent = await startAgent(t, { trusted: true, ...options })
  return { agent, peer: await agent.phone('nobody'), bob: await agent.phone('bob') }
}

const publishAs = (
  peer: Phone,
  from: string,
  headers: readonly string[],
  body: string = pidf(ALICE, 'open'),
) => peer.request('PUBLISH', { uri: ALICE, from, contact: '', headers, body, anonymous: true })

async function basicsToldTo(phone: Phone): Promise<(string | undefined)[]> {
  const reading = readDocument((await phone.notify()).body, (root) => parsePidf(root))
  if (reading.error !== undefined) assert.fail(reading.detail)
  return reading.value.tuples.map(({ basic }) => basic)
}

test('CLIENTS: what pua_usrloc of Kamailio publishes is told, refreshed and removed', async (t) => {
  const { peer, bob } = await setUp(t)
  await bob.subscribe(ALICE)
  assert.deepEqual(await basicsToldTo(bob), ['closed'])
  const first = await publishAs(peer, ALICE, [...PIDF, 'Expires: 3601'], PUA_USRLOC)
  assert.equal(first.status, 200)
  assert.deepEqual(await basicsToldTo(bob), ['open'])
  const refresh = ['Event: presence', 'Expires: 3601', `SIP-If-Match: ${first.header('sip-etag')}`]
  const second = await publishAs(peer, ALICE, refresh, '')
  assert.equal(second.status, 200)
  const removal = ['Event: presence', 'Expires: 0', `SIP-If-Match: ${second.header('sip-etag')}`]
  assert.equal((await publishAs(peer, ALICE, removal, '')).status, 200)
  assert.deepEqual(await basicsToldTo(bob), ['closed'])
})

test("CLIENTS: Asterisk's outbound publish speaks in its own name", async (t) => {
  const { peer, bob } = await setUp(t)
  assert.equal((await publishAs(peer, ASTERISK, [...PIDF, 'Expires: 3600'])).status, 200)
  await bob.subscribe(ALICE)
  assert.deepEqual(await basicsToldTo(bob), ['open'])
})

test("RFC 3903 §6: a trusted peer's publication may be briefer than Min-Expires", async (t) => {
  const { agent, peer, bob } = await setUp(t)
  const answer = await publishAs(peer, ALICE, [...PIDF, 'Expires: 11'])
  assert.equal(answer.status, 200)
  assert.equal(answer.header('expires'), '11')
  await bob.subscribe(ALICE)
  assert.deepEqual(await basicsToldTo(bob), ['open'])
  await agent.advance(11_000)
  assert.deepEqual(await basicsToldTo(bob), ['closed'])
})

test('RFC 3325 §5: what a proxy passes on for somebody else is refused: 403', async (t) => {
  const { peer } = await setUp(t)
  const passedOn = 'Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKbob'
  const asserted = 'P-Asserted-Identity: <sip:bob@example.com>'
  for (const [from, more] of [
    ['sip:bob@example.com', passedOn],
    ['sip:stranger@elsewhere.example', passedOn],
    [ALICE, asserted],
    [ASTERISK, asserted],
  ] as const) {
    const answer = await publishAs(peer, from, [...PIDF, 'Expires: 3600', more])
    assert.equal(answer.status, 403, `${from} ${more}`)
  }
})

test('RFC 3903 §6: nobody else publishes for others, nor in the name of a server', async (t) => {
  const { agent } = await setUp(t, { trusted: false })
  const bob = await agent.phone('bob')
  for (const from of [ALICE, 'sip:bob@example.com', ASTERISK]) {
    const parts = { uri: ALICE, from, headers: [...PIDF, 'Expires: 3600'] }
    const answer = await bob.request('PUBLISH', { ...parts, body: pidf(ALICE, 'open') })
    assert.ok([401, 403].includes(answer.status), `${from} ${answer.status}`)
  }
  const brief = await (await agent.phone('alice')).publish(pidf(ALICE, 'open'), ['Expires: 11'])
  assert.equal(brief.status, 423)
})

test('a trusted peer learns that a presentity does not exist, as before', async (t) => {
  const { peer } = await setUp(t)
  const parts = { uri: 'sip:nobody-here@example.com', from: ALICE, headers: PIDF, anonymous: true }
  assert.equal((await peer.request('PUBLISH', { ...parts, body: PUA_USRLOC })).status, 404)
})

/** As Kamailio's pua_dialoginfo writes it: its own spelling of the first state, no tags at the end. */
const puaDialogInfo = (state: string, tags: string) =>
  `<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="0" state="full" entity="sip:alice@192.0.2.7">
  <dialog id="9d3c@192.0.2.7" call-id="9d3c@192.0.2.7" ${tags} direction="recipient">
    <state>${state}</state>
    <remote>
      <identity>sip:carol@example.com</identity>
      <target uri="sip:carol@192.0.2.7:5060"/>
    </remote>
  </dialog>
</dialog-info>
`

test('CLIENTS: what pua_dialoginfo of Kamailio publishes lights a lamp and puts it out', async (t) => {
  const { agent, peer, bob } = await setUp(t)
  const publish = (body: string, expires: number, tag?: string) =>
    publishAs(
      peer,
      ALICE,
      [
        'Event: dialog',
        'Content-Type: application/dialog-info+xml',
        `Expires: ${expires}`,
        ...(tag === undefined ? [] : [`SIP-If-Match: ${tag}`]),
      ],
      body,
    )
  const stateTold = async () => /<state[^>]*>(\w+)</.exec((await bob.notify()).body)?.[1]
  await bob.subscribe(ALICE, ['Expires: 600'], 'dialog')
  assert.equal(await stateTold(), undefined)
  const first = await publish(puaDialogInfo('Trying', 'local-tag="l"'), 43_201)
  assert.equal(await stateTold(), 'trying')
  // Sent before the answer to the first came, so without its tag: the first is left behind.
  const second = await publish(puaDialogInfo('confirmed', 'local-tag="l" remote-tag="r"'), 43_201)
  assert.equal(await stateTold(), 'confirmed')
  const end = await publish(puaDialogInfo('terminated', ''), 11, second.header('sip-etag'))
  assert.deepEqual([first.status, end.status, end.header('expires')], [200, 200, '11'])
  assert.equal(await stateTold(), 'terminated')
  // When the end is forgotten, what was left behind lights the lamp no more.
  await agent.advance(12_000)
  assert.equal(await stateTold(), 'terminated')
})
