/**
 * The core of the suite, which holds with every XMPP server: one pair of friends, from the first request to the last picture.
 *
 *   alice's phone           Visage              XMPP server            bob's slixmpp
 *        |                    |<------ subscribe ----|<----- subscribe -----|
 *        |                    |------ subscribed --->|----- subscribed ---->|
 *        |                    |------ subscribe ---->|<---- subscribed -----|
 *        |--- PUBLISH ------->|------ presence ----->|--------------------->|
 *        |--- XCAP PUT ------>|------ hash, event -->|--------------------->|
 *        |--- SUBSCRIBE ----->|                      |                      |
 *        |<-- NOTIFY ---------|<----- presence ------|<---------------------|
 *        |<-- NOTIFY, icon ---|<----- event ---------|<---- publish --------|
 */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { attributeOf, textOf } from '../../../core/documents/xml-element.ts'
import type { packageOf } from '../../setup/debian-tools.mjs'
import { befriend, rosterSays } from './friends.ts'
import { plainPicture, sha1 } from './pictures.ts'
import { areInstalled, testsWith } from './programs.ts'
import { presenceDocument, type SipUser } from './sip-user.ts'
import type { SipWatcher } from './sip-watcher.ts'
import { avatarOf, isPresenceOf, photoOf, showOf, statusOf, within } from './stanza-words.ts'
import { startWorld, type World, type WorldOptions } from './world.ts'
import type { XmppClient } from './xmpp-client.ts'

const BOB = 'sip:bob@xmpp.localhost'

export function testCore(
  server: string,
  programs: readonly (keyof typeof packageOf)[],
  createServer: NonNullable<WorldOptions['createServer']>,
): void {
  const proves = testsWith(programs)
  let world: World
  let alice: SipUser
  let bob: XmppClient
  let watcher: SipWatcher

  before(async () => {
    if (!areInstalled(programs)) return
    world = await startWorld({ users: ['alice'], people: ['bob'], createServer })
    alice = world.user('alice')
    bob = await world.logIn('bob/desk')
  })

  after(async () => {
    if (areInstalled(programs)) await world.end()
  })

  proves(
    `${server}, C1, C5: a contact asks, is let in and asked in return; both rosters say both`,
    async () => {
      await alice.publish(presenceDocument(alice.aor, 'open'))
      await befriend(bob, alice)
      await bob.next(isPresenceOf(alice.jid), 'her presence')
    },
  )

  proves(`${server}, B3: what a SIP user does and says is shown to the contact`, async () => {
    const from = bob.received.length
    const busy = { activities: ['meeting'], note: 'back at noon' }
    await alice.publish(presenceDocument(alice.aor, 'open', busy))
    const said = (stanza: Parameters<typeof showOf>[0]) =>
      isPresenceOf(alice.jid)(stanza) && showOf(stanza) === 'dnd'
    assert.equal(statusOf(await bob.next(said, 'dnd', { from })), 'back at noon')
  })

  proves(
    `${server}, E1, E3, E4: a picture put by XCAP is one SHA-1 in presence, vCard, event and data`,
    async () => {
      const from = bob.received.length
      await alice.putIcon(
        await plainPicture('teal', { width: 300, height: 200, format: 'jpeg' }),
        'image/jpeg',
      )
      const event = await bob.next((stanza) => avatarOf(stanza) != null, 'the event', { from })
      const info = avatarOf(event)
      assert.deepEqual([info?.type, info?.width, info?.height], ['image/png', 96, 64])
      const hash = info?.id ?? ''
      await bob.next((stanza) => photoOf(stanza) === hash, 'the hash in presence', { from })
      const photo = (await bob.order('vcard_photo', { of: alice.jid })) as string
      assert.equal(sha1(Buffer.from(photo, 'base64')), hash)
      const data = await bob.iq('get', alice.jid, itemsOf('urn:xmpp:avatar:data', hash))
      const bytes = within(data.element, 'urn:xmpp:avatar:data', 'data')
      assert.equal(sha1(Buffer.from(bytes ? textOf(bytes) : '', 'base64')), hash)
    },
  )

  proves(
    `${server}, E4: a picture that is removed is gone from presence, and the event says so`,
    async () => {
      const from = bob.received.length
      await alice.removeIcon()
      await bob.next((stanza) => avatarOf(stanza) === null, 'the empty event', { from })
      await bob.next(
        (stanza) => isPresenceOf(alice.jid)(stanza) && photoOf(stanza) === '',
        'no photo',
        { from },
      )
    },
  )

  proves(`${server}, C4, B1: a SIP watcher sees the contact, and every change of his`, async () => {
    watcher = await alice.watch(BOB)
    assert.equal(watcher.status, 200)
    const isOpen = ({ state, body }: { state: string; body: string }) =>
      state.startsWith('active') && body.includes('<basic>open</basic>')
    await watcher.next(isOpen, 'open')
    const from = watcher.notifies.length
    await bob.presence({ show: 'away', status: 'at lunch', priority: 10 })
    await watcher.next(({ body }) => body.includes('at lunch') && /<rpid:away/.test(body), 'away', {
      from,
    })
  })

  proves(
    `${server}, F1, F3: the contact's picture reaches SIP watchers as an icon, and leaves when he stops it`,
    async () => {
      const picture = await plainPicture('orange')
      await bob.order('publish_avatar', { data: picture.toString('base64'), type: 'image/png' })
      const shown = await watcher.next(({ body }) => iconIn(body) !== undefined, 'an icon')
      const answer = await fetch(iconIn(shown.body) ?? '')
      assert.equal(sha1(Buffer.from(await answer.arrayBuffer())), sha1(picture))
      const from = watcher.notifies.length
      await bob.order('stop_avatar')
      await watcher.next(({ body }) => iconIn(body) === undefined, 'no icon', {
        from,
        patience: 5_000,
      })
      assert.equal((await fetch(iconIn(shown.body) ?? '')).status, 404)
    },
  )

  proves(
    `${server}, B6: a contact who logs out is closed for SIP watchers, and open when he is back`,
    async () => {
      let from = watcher.notifies.length
      await bob.logOut()
      await watcher.next(
        ({ body }) => body.includes('<basic>closed</basic>') && !body.includes('<basic>open'),
        'closed',
        { from },
      )
      from = watcher.notifies.length
      bob = await world.logIn('bob/desk')
      await watcher.next(({ body }) => body.includes('<basic>open</basic>'), 'open', { from })
      await bob.next(isPresenceOf(alice.jid), 'her presence, again')
    },
  )

  proves(
    `${server}, A10: capabilities of the user's resource are what disco#info says`,
    async () => {
      const presence = await bob.next(isPresenceOf(alice.jid), 'her presence')
      const capabilities = within(presence.element, 'http://jabber.org/protocol/caps', 'c')
      const [node, ver] = ['node', 'ver'].map(
        (name) => capabilities && attributeOf(capabilities, name),
      )
      assert.ok(ver)
      const reckoned = await bob.order('verify_capabilities', {
        of: presence.from,
        node: `${node}#${ver}`,
      })
      assert.equal(reckoned, ver)
    },
  )

  proves(
    `${server}, C3: a contact who unsubscribes sees nothing more, and is seen as before`,
    async () => {
      const from = bob.received.length
      await bob.subscription('unsubscribe', alice.jid)
      await rosterSays(bob, alice.jid, ({ subscription }) => subscription === 'from', 'from')
      await alice.publish(presenceDocument(alice.aor, 'open', { note: 'not for bob' }))
      const seen = watcher.notifies.length
      await bob.presence({ show: 'dnd' })
      await watcher.next(({ body }) => body.includes('<rpid:busy'), 'busy', { from: seen })
      assert.equal(
        bob.received.slice(from).some(({ xml }) => xml.includes('not for bob')),
        false,
      )
    },
  )
}

export const iconIn = (body: string): string | undefined => /<c:icon>([^<]+)</.exec(body)?.[1]

/** XEP-0060 §6.5 */
export const itemsOf = (node: string, id?: string): string =>
  `<pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="${node}">` +
  (id === undefined ? '' : `<item id="${id}"/>`) +
  '</items></pubsub>'
