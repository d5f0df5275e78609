/** The icon in the presence document: by itself, with every change, and gone when it is gone. DESIGN §1, RFC 4482 §3.4. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import type { Aor } from '../../core/uri/aor.ts'
import { PRES_CONTENT } from '../../core/model/document-id.ts'
import { ICONS_URL, startAgent, type AgentHarness } from './agent-harness.ts'
import { pidf } from './phone.ts'

const ALICE = 'sip:alice@example.com'
const idOf = (name: string) => ({
  auid: PRES_CONTENT,
  tree: ALICE as Aor,
  path: `oma_status-icon/${name}`,
})

async function putIcon({ store }: AgentHarness, name: string, token: string): Promise<void> {
  const bytes = Buffer.from(token)
  const icon = {
    mediaType: 'image/png' as const,
    width: 1,
    height: 1,
    size: bytes.length,
    hash: createHash('sha256').update(bytes).digest('hex'),
    sha1: createHash('sha1').update(bytes).digest('hex'),
    bytes,
    token,
  }
  const contentType = 'application/vnd.oma.pres-content+xml'
  await store.documents.put(idOf(name), { contentType, body: bytes, icon }, {})
}

const iconsIn = (body: string) =>
  [...body.matchAll(/<(?:c:icon|rpid:status-icon)>([^<]*)</g)].map(([, url]) => url)
const announced = (token: string) => [`${ICONS_URL}/i/${token}.png`, `${ICONS_URL}/i/${token}.png`]

/*
 *  bob            agent            store
 *   |--SUBSCRIBE-->|                 |
 *   |<---NOTIFY----|  no icon        |
 *   |              |<----change------|  alice's icon is stored; she publishes nothing
 *   |<---NOTIFY----|  icon           |
 *   |              |<----change------|  and deleted
 *   |<---NOTIFY----|  no icon        |
 */
test('an upload is enough: watchers hear of a new, a replaced and a deleted icon', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  await bob.subscribe(ALICE)
  assert.deepEqual(iconsIn((await bob.notify()).body), [])
  await putIcon(agent, 'a.png', 'aaaaaaaaaaaaaaaaaaaaaa')
  assert.deepEqual(iconsIn((await bob.notify()).body), announced('aaaaaaaaaaaaaaaaaaaaaa'))
  await putIcon(agent, 'a.png', 'bbbbbbbbbbbbbbbbbbbbbb')
  assert.deepEqual(iconsIn((await bob.notify()).body), announced('bbbbbbbbbbbbbbbbbbbbbb'))
  await agent.store.documents.delete(idOf('a.png'), {})
  const last = await bob.notify()
  assert.deepEqual(iconsIn(last.body), [])
  assert.match(last.body, /<basic>closed</)
})

test('a published icon that lives elsewhere is kept; one of ours that is gone is dropped', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await putIcon(agent, 'kept.png', 'aaaaaaaaaaaaaaaaaaaaaa')
  await bob.subscribe(ALICE)
  await bob.notify()
  const publish = async (url: string) => {
    const person = `<dm:person id="p"><c:icon>${url}</c:icon></dm:person>`
    await alice.publish(pidf(ALICE, 'open', person), ['Expires: 60'])
    const icons = iconsIn((await bob.notify()).body)
    await agent.advance(61_000)
    await bob.notify()
    return icons
  }
  const elsewhere = 'http://pictures.example/alice.png'
  assert.deepEqual(await publish(elsewhere), [elsewhere, elsewhere])
  const root = `${ICONS_URL}/xcap-root`
  const ours = `${root}/oma_status-icon/users/sip:alice@example.com/kept.png`
  assert.deepEqual(await publish(ours), [ours, ours])
  const gone = [
    `${root}/oma_status-icon/users/sip:alice@example.com/gone.png`,
    `${root}/org.openmobilealliance.pres-content/users/sip:alice@example.com/oma_status-icon/gone.png`,
    `${ICONS_URL}/i/zzzzzzzzzzzzzzzzzzzzzz.png`,
  ]
  for (const url of gone) {
    assert.deepEqual(await publish(url), announced('aaaaaaaaaaaaaaaaaaaaaa'), url)
  }
})

test('Blink gets the pres-content address in the tuple too', async (t) => {
  const agent = await startAgent(t)
  await putIcon(agent, 'a.png', 'aaaaaaaaaaaaaaaaaaaaaa')
  const bob = await agent.phone('bob')
  await bob.subscribe(ALICE, ['Expires: 600', 'User-Agent: Blink 5.9.1 (Linux)'])
  const { body } = await bob.notify()
  const tuple = body.slice(0, body.indexOf('</tuple>'))
  assert.match(
    tuple,
    /<c:icon>http:\/\/127\.0\.0\.1:8080\/xcap-root\/org\.openmobilealliance\.pres-content\/users\/sip:alice@example\.com\/oma_status-icon\/a\.png#blink-icon[0-9a-f]{40}</,
  )
})

test('the name of the account is told, and a changed name makes a NOTIFY', async (t) => {
  const agent = await startAgent(t)
  await agent.addAccount('alice', { name: 'Alice' })
  const bob = await agent.phone('bob')
  await bob.subscribe(ALICE)
  assert.match((await bob.notify()).body, /<c:display-name>Alice</)
  await agent.addAccount('alice', { name: 'Alicia' })
  assert.match((await bob.notify()).body, /<c:display-name>Alicia</)
})

test('RFC 6665 §4.1.3: the account removed, its watchers get terminated;reason=noresource', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const dialog = await bob.subscribe(ALICE)
  await bob.notify()
  await alice.publish(pidf(ALICE, 'open'))
  await bob.notify()
  await agent.store.accounts.remove(ALICE as Aor)
  const last = await bob.notify()
  assert.equal(last.header('subscription-state'), 'terminated;reason=noresource')
  assert.match(last.body, /<basic>closed</)
  assert.equal((await bob.refresh(dialog, 600)).status, 481)
})

test('DESIGN 7: a NOTIFY with an icon and two Record-Routes stays within 1300 bytes', async (t) => {
  const agent = await startAgent(t)
  await putIcon(agent, 'a.png', 'aaaaaaaaaaaaaaaaaaaaaa')
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await alice.publish(
    pidf(
      ALICE,
      'open',
      '<dm:person id="p1"><rpid:activities><rpid:busy/></rpid:activities></dm:person>',
    ),
  )
  const hop = `127.0.0.1:${bob.client.port}`
  const routes = [
    `Record-Route: <sip:${hop};transport=udp;r2=on;lr=on;ftag=0123456789abcdef>`,
    `Record-Route: <sip:192.0.2.30:5060;transport=tcp;r2=on;lr=on;ftag=0123456789abcdef>`,
  ]
  await bob.subscribe(ALICE, ['Expires: 600', ...routes])
  const { text } = await bob.notify()
  assert.ok(Buffer.byteLength(text) <= 1300, `${Buffer.byteLength(text)} bytes`)
})
