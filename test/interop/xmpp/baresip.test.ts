/**
 * A real SIP phone on one end and a real XMPP client on the other: presence and picture both ways.
 *
 *   alice's baresip         Visage            Prosody           bob's slixmpp
 *        |--- PUBLISH ------->|----- presence ---->|----------------->|
 *        |--- SUBSCRIBE ----->|<---- presence -----|<-----------------|
 *        |<-- NOTIFY ---------|<---- event --------|<---- publish ----|
 */
import assert from 'node:assert/strict'
import { startBaresip } from '../../support/baresip.ts'
import { iconIn } from './core.ts'
import { befriend } from './friends.ts'
import { plainPicture, sha1 } from './pictures.ts'
import { PROSODY, testsWith } from './programs.ts'
import { avatarOf, isPresenceOf } from './stanza-words.ts'
import { startWorld } from './world.ts'

testsWith([...PROSODY, 'baresip'])(
  'baresip and slixmpp: presence and picture, both ways',
  async (t) => {
    const world = await startWorld({ users: ['alice'], people: ['bob'] })
    t.after(() => world.end())
    const alice = world.user('alice')
    const bob = await world.logIn('bob/desk')
    await befriend(bob, alice)
    const phone = await startBaresip({
      user: 'alice',
      domain: 'sip.localhost',
      server: world.visage.sipPort,
      contacts: ['bob@xmpp.localhost'],
      publishEvery: 60,
    })
    t.after(() => phone.stop('SIGKILL'))

    // baresip drops a change of status while its first PUBLISH is under way.
    await bob.next(isPresenceOf(alice.jid), 'her phone online')
    await phone.shows('bob', 'Online')
    await bob.presence({ show: 'dnd' })
    await phone.shows('bob', 'Busy')

    let from = bob.received.length
    await phone.command('presence_offline')
    await bob.next(isPresenceOf(alice.jid, 'unavailable'), 'offline', { from })
    from = bob.received.length
    await phone.command('presence_online')
    await bob.next(isPresenceOf(alice.jid), 'online', { from })

    const hers = await plainPicture('tomato')
    await alice.putIcon(hers)
    const event = await bob.next((stanza) => avatarOf(stanza) != null, 'her picture', { from })
    const photo = (await bob.order('vcard_photo', { of: alice.jid })) as string
    assert.equal(sha1(Buffer.from(photo, 'base64')), avatarOf(event)?.id)

    const his = await plainPicture('indigo')
    await bob.order('publish_avatar', { data: his.toString('base64'), type: 'image/png' })
    const address = await pictureTold(() => phone.traced('NOTIFY'))
    const answer = await fetch(address)
    assert.equal(sha1(Buffer.from(await answer.arrayBuffer())), sha1(his))

    await bob.logOut()
    await phone.shows('bob', 'Offline')
  },
)

/** The address of the icon in the last NOTIFY that has one. */
async function pictureTold(notifies: () => Promise<string[]>): Promise<string> {
  const give = Date.now() + 10_000
  for (;;) {
    const told = (await notifies()).findLast((text) => iconIn(text) !== undefined)
    if (told !== undefined) return iconIn(told) ?? ''
    if (Date.now() > give) throw new Error('the phone was told of no picture')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
