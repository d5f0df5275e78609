/** Group F against Prosody: the picture of an XMPP contact at SIP watchers. XEP-0084, XEP-0153, RFC 4482. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { iconIn } from './core.ts'
import { befriend } from './friends.ts'
import { plainPicture, sha1 } from './pictures.ts'
import { areInstalled, PROSODY, testsWith } from './programs.ts'
import { presenceDocument, type SipUser } from './sip-user.ts'
import type { Notified, SipWatcher } from './sip-watcher.ts'
import { isPresenceOf } from './stanza-words.ts'
import { startWorld, type World } from './world.ts'
import type { XmppClient } from './xmpp-client.ts'

const proves = testsWith(PROSODY)
const BOB = 'sip:bob@xmpp.localhost'
let world: World
let alice: SipUser
let bob: XmppClient
let watcher: SipWatcher

before(async () => {
  if (!areInstalled(PROSODY)) return
  world = await startWorld({ users: ['alice', 'eve'], people: ['bob'] })
  alice = world.user('alice')
  // Events go only to who is there. XEP-0163 §4.3
  await alice.publish(presenceDocument(alice.aor, 'open'))
  bob = await world.logIn('bob/desk')
  await befriend(bob, alice)
  watcher = await alice.watch(BOB)
  await watcher.next(({ body }) => body.includes('<basic>open'), 'open')
})

after(async () => {
  if (areInstalled(PROSODY)) await world.end()
})

const publish = (data: Uint8Array, type = 'image/png', further: Record<string, unknown> = {}) =>
  bob.order('publish_avatar', { data: Buffer.from(data).toString('base64'), type, ...further })

const hasIcon = ({ body }: Notified) => iconIn(body) !== undefined
const hasNone = ({ body }: Notified) => iconIn(body) === undefined

async function fetchIcon({ body }: Notified): Promise<{ status: number; hash: string }> {
  const answer = await fetch(iconIn(body) ?? '')
  return { status: answer.status, hash: sha1(Buffer.from(await answer.arrayBuffer())) }
}

/** Tells of another picture than before, and shows it. */
async function shows(picture: Uint8Array, from: number): Promise<Notified> {
  const before = watcher.notifies.slice(0, from).findLast(hasIcon)?.body ?? ''
  const isNew = (one: Notified) => hasIcon(one) && iconIn(one.body) !== iconIn(before)
  const told = await watcher.next(isNew, 'another icon', { from })
  assert.deepEqual(await fetchIcon(told), { status: 200, hash: sha1(picture) })
  return told
}

proves(
  'F1, F3: an avatar over PEP is an icon whose bytes are the same, and a new one a new address',
  async () => {
    const [red, blue] = [await plainPicture('red'), await plainPicture('blue')]
    let from = watcher.notifies.length
    await publish(red)
    const first = await shows(red, from)
    from = watcher.notifies.length
    await publish(blue)
    await shows(blue, from)
    assert.equal((await fetchIcon(first)).status, 404)
  },
)

proves(
  'F3: a vCard photo in JPEG is one NOTIFY with the icon, though it is told twice',
  async () => {
    const picture = await plainPicture('green', { format: 'jpeg' })
    const from = watcher.notifies.length
    await bob.order('set_vcard_avatar', { data: picture.toString('base64'), type: 'image/jpeg' })
    await shows(picture, from)
    await setTimeout(2_500)
    const icons = watcher.notifies.slice(from).flatMap(({ body }) => iconIn(body) ?? [])
    assert.equal(new Set(icons).size, 1)
  },
)

proves('F3: stop takes it away within five seconds', async () => {
  const from = watcher.notifies.length
  await bob.order('stop_avatar')
  await watcher.next(hasNone, 'no icon', { from, patience: 5_000 })
})

proves('F3: the early form of stop takes it away, too', async () => {
  let from = watcher.notifies.length
  await publish(await plainPicture('pink'))
  await watcher.next(hasIcon, 'an icon', { from })
  from = watcher.notifies.length
  const metadata = 'urn:xmpp:avatar:metadata'
  await bob.iq(
    'set',
    '',
    `<pubsub xmlns="http://jabber.org/protocol/pubsub"><publish node="${metadata}"><item id="stop">` +
      `<metadata xmlns="${metadata}"><stop/></metadata></item></publish></pubsub>`,
  )
  await watcher.next(hasNone, 'no icon', { from, patience: 5_000 })
})

proves('F2: data that is not what its hash says is not shown', async () => {
  const from = watcher.notifies.length
  await publish(await plainPicture('black'), 'image/png', { id: 'a'.repeat(40) })
  await setTimeout(2_500)
  assert.equal(watcher.notifies.slice(from).some(hasIcon), false)
})

proves('F2: what is no picture, and what is a drawing, are not shown', async () => {
  const from = watcher.notifies.length
  await publish(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/png')
  await publish(Buffer.from('not a picture'), 'image/png')
  await setTimeout(2_500)
  assert.equal(watcher.notifies.slice(from).some(hasIcon), false)
})

proves('F2: a picture of too many pixels is not shown, and the one after it is', async () => {
  const from = watcher.notifies.length
  await publish(await plainPicture('black', { width: 2400, height: 2000 }))
  await setTimeout(2_500)
  assert.equal(watcher.notifies.slice(from).some(hasIcon), false)
  const small = await plainPicture('white')
  await publish(small)
  await shows(small, from)
})

proves('F1: a picture that was set while the user was away is shown when she is back', async () => {
  const picture = await plainPicture('khaki')
  await alice.publish(presenceDocument(alice.aor, 'closed'))
  await bob.next(isPresenceOf(alice.jid, 'unavailable'), 'unavailable')
  const from = watcher.notifies.length
  await publish(picture)
  await alice.publish(presenceDocument(alice.aor, 'open'))
  await shows(picture, from)
})

proves('F3: the address of a picture is told to those alone who may see him', async () => {
  const eve = await world.user('eve').watch(BOB)
  const told = await eve.next(() => true, 'anything')
  assert.match(told.state, /^pending/)
  assert.equal(iconIn(told.body), undefined)
})

proves(
  'F1: a picture that was set while the gateway was down is shown when it is back',
  async () => {
    const picture = await plainPicture('salmon')
    await world.visage.server.stop('SIGKILL')
    await publish(picture)
    const from = watcher.notifies.length
    await world.visage.restart('SIGKILL')
    await shows(picture, from)
  },
)
