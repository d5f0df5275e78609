/** Group E against Prosody: the picture of a SIP user at XMPP contacts. XEP-0084, XEP-0153, XEP-0054, XEP-0164. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { elementsOf, textOf } from '../../../core/documents/xml-element.ts'
import { run } from '../../support/visage-process.ts'
import { itemsOf } from './core.ts'
import { befriend, rosterSays } from './friends.ts'
import { noisyPicture, plainPicture, sha1 } from './pictures.ts'
import { areInstalled, PROSODY, testsWith } from './programs.ts'
import { presenceDocument, type SipUser } from './sip-user.ts'
import {
  avatarOf,
  conditionOf,
  isPresenceOf,
  isSubscription,
  photoOf,
  within,
} from './stanza-words.ts'
import { startWorld, type World } from './world.ts'
import type { Received, XmppClient } from './xmpp-client.ts'

const proves = testsWith(PROSODY)
const DATA = 'urn:xmpp:avatar:data'
let world: World
let alice: SipUser
let bob: XmppClient

before(async () => {
  if (!areInstalled(PROSODY)) return
  world = await startWorld({
    ...{ users: ['alice'], people: ['bob'] },
    // So that a picture of 1 MB may be put.
    config: { icons: { maxBase64Bytes: '2MiB' } },
  })
  alice = world.user('alice')
  await alice.publish(presenceDocument(alice.aor, 'open'))
  bob = await world.logIn('bob/desk')
  await befriend(bob, alice)
})

after(async () => {
  if (areInstalled(PROSODY)) await world.end()
})

const isEvent = (stanza: Received) => stanza.name === 'message' && avatarOf(stanza) !== undefined

/** Puts it and gives the hash that bob is told, by event and presence. */
async function put(bytes: Uint8Array, mediaType?: string): Promise<string> {
  const from = bob.received.length
  await alice.putIcon(bytes, mediaType)
  const event = await bob.next((stanza) => avatarOf(stanza) != null, 'the event', { from })
  const hash = avatarOf(event)?.id ?? ''
  await bob.next((stanza) => photoOf(stanza) === hash, 'the hash in presence', { from })
  return hash
}

async function card(filter = ''): Promise<string[]> {
  const { element } = await bob.iq('get', alice.jid, `<vCard xmlns="vcard-temp">${filter}</vCard>`)
  const found = within(element, 'vcard-temp', 'vCard')
  return found ? elementsOf(found).map(({ name }) => name) : []
}

proves('E1: one canonical PNG of at most 96 pixels and 64 KiB, whatever was put', async () => {
  const hash = await put(await noisyPicture(256, 'jpeg'), 'image/jpeg')
  const photo = (await bob.order('vcard_photo', { of: alice.jid })) as string
  const bytes = Buffer.from(photo, 'base64')
  assert.equal(sha1(bytes), hash)
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG')
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  assert.ok(Math.max(width, height) <= 96 && bytes.length <= 64 * 1024)
  const event = bob.received.findLast(isEvent)
  const info = event && avatarOf(event)
  assert.deepEqual([info?.width, info?.height, info?.bytes], [width, height, bytes.length])
})

proves(
  'E2: the data node has the current picture alone; another id, and the one before, are not found',
  async () => {
    const old = await put(await plainPicture('navy'))
    const now = await put(await plainPicture('olive'))
    const answer = await bob.iq('get', alice.jid, itemsOf(DATA, now))
    const data = within(answer.element, DATA, 'data')
    assert.match(data ? textOf(data) : '', /^[A-Za-z0-9+/]+=*$/)
    for (const id of [old, '0'.repeat(40)]) {
      assert.equal(conditionOf(await bob.iq('get', alice.jid, itemsOf(DATA, id))), 'item-not-found')
    }
  },
)

proves('E2: the early form of XEP-0084 is answered, too', async () => {
  const hash = await put(await plainPicture('lime'))
  const early = 'http://jabber.org/protocol/avatar'
  const metadata = await bob.iq('get', alice.jid, itemsOf(`${early}#metadata`))
  assert.ok(metadata.xml.includes(hash), metadata.xml)
  const data = await bob.iq('get', alice.jid, itemsOf(`${early}#data`, hash))
  const found = within(data.element, `${early}#data`, 'data')
  assert.equal(sha1(Buffer.from(found ? textOf(found) : '', 'base64')), hash)
})

proves(
  'E3: only a resource that wants events gets them, and a new one the last, once',
  async () => {
    const hash = await put(await plainPicture('plum'))
    const deaf = await world.logIn('bob/deaf', { notify: false, presence: { priority: 1 } })
    const late = await world.logIn('bob/late', { presence: { priority: -1 } })
    const event = await late.next((stanza) => avatarOf(stanza)?.id === hash, 'the last event')
    await setTimeout(500)
    assert.equal(late.received.filter(isEvent).length, 1, event.xml)
    assert.equal(deaf.received.some(isEvent), false)
    await deaf.next((stanza) => photoOf(stanza) === hash, 'the hash in presence')
    await Promise.all([deaf.logOut(), late.logOut()])
  },
)

proves(
  'E4: the same bytes again are no news; a removal is an empty photo and empty metadata',
  async () => {
    const picture = await plainPicture('sienna')
    await put(picture)
    const quiet = bob.received.length
    await alice.putIcon(picture)
    await setTimeout(1_000)
    assert.deepEqual(bob.received.slice(quiet), [])
    await alice.removeIcon()
    await bob.next((stanza) => avatarOf(stanza) === null, 'empty metadata', { from: quiet })
    const told = (stanza: Received) => isPresenceOf(alice.jid)(stanza) && photoOf(stanza) === ''
    await bob.next(told, 'an empty photo', { from: quiet })
    assert.equal((await card()).includes('PHOTO'), false)
  },
)

proves('E4: a change reaches the contact within two seconds', async () => {
  const put = Date.now()
  const from = bob.received.length
  await alice.putIcon(await plainPicture('gold'))
  const event = await bob.next((stanza) => avatarOf(stanza) != null, 'the event', { from })
  const shown = await bob.next((stanza) => Boolean(photoOf(stanza)), 'the hash', { from })
  assert.ok(Math.max(event.at, shown.at) - put < 2_000)
})

proves('E5, XEP-0164: a filter leaves out what it lists', async () => {
  await put(await plainPicture('coral'))
  const whole = await card()
  for (const field of ['FN', 'PHOTO', 'JABBERID']) assert.ok(whole.includes(field), field)
  const filter = (fields: string) => `<filter xmlns="vcard-temp-filter">${fields}</filter>`
  const without = (...fields: string[]) => whole.filter((name) => !fields.includes(name))
  assert.deepEqual(await card(filter('<PHOTO/>')), without('PHOTO'))
  assert.deepEqual(await card(filter('<FN/><PHOTO/>')), without('FN', 'PHOTO'))
  assert.deepEqual(await card(filter('<odd/>')), whole)
  assert.deepEqual(await card(filter('')), whole)
})

proves('E5: nobody else may set a vCard', async () => {
  const answer = await bob.iq(
    'set',
    alice.jid,
    '<vCard xmlns="vcard-temp"><FN>Mallory</FN></vCard>',
  )
  assert.match(conditionOf(answer) ?? '', /^(forbidden|not-allowed)$/)
})

proves(
  'A11: of a picture of 1 MB the contact gets a small one, and the stream stays up',
  async () => {
    const picture = await noisyPicture(600)
    assert.ok(picture.length > 1024 * 1024)
    const hash = await put(picture)
    assert.match(hash, /^[0-9a-f]{40}$/)
    assert.equal((await bob.iq('get', alice.jid, '<vCard xmlns="vcard-temp"/>')).type, 'result')
    assert.equal((await world.server.log()).includes('stanza-too-large'), false)
  },
)

proves(
  'RFC 6121 §3: of whom is erased the contact is told unavailable, unsubscribed and unsubscribe; card and picture are not found',
  async () => {
    const hash = await put(await plainPicture('plum'))
    const from = bob.received.length
    const { code, stdout, stderr } = await run('visage', [
      ...['user', 'erase', alice.aor, '--yes', '--data', world.visage.data],
    ])
    assert.equal(code, 0, stderr)
    assert.match(stdout, /1 contacts/)
    await bob.next(isPresenceOf(alice.jid, 'unavailable'), 'unavailable', { from })
    await bob.next(isSubscription(alice.jid, 'unsubscribed'), 'unsubscribed', { from })
    await rosterSays(bob, alice.jid, ({ subscription }) => subscription === 'none', 'none')
    for (const asked of ['<vCard xmlns="vcard-temp"/>', itemsOf(DATA, hash)]) {
      const answer = await bob.iq('get', alice.jid, asked)
      assert.equal(answer.type, 'error')
      assert.equal(conditionOf(answer), 'item-not-found')
    }
  },
)
