/** Groups A2, A3 and G2: whoever is stopped or killed, all find back together. */
import { startFriends } from './friendly-world.ts'
import { plainPicture } from './pictures.ts'
import { PROSODY, testsWith } from './programs.ts'
import { avatarOf, isPresenceOf, photoOf, statusOf } from './stanza-words.ts'
import type { Received } from './xmpp-client.ts'

const proves = testsWith(PROSODY)
const BOB = 'sip:bob@xmpp.localhost'
/** Neither none nor unknown. XEP-0153 §4.1 */
const hasPhoto = (stanza: Received) => (photoOf(stanza) ?? '') !== ''

proves(
  'A2: at its end the gateway says that nobody is there any more, and back again that they are',
  async (t) => {
    const world = await startFriends()
    t.after(() => world.end())
    const alice = world.user('alice')
    const bob = await world.logIn('bob/phone')
    let from = bob.received.length
    await world.visage.server.stop('SIGTERM')
    await bob.next(isPresenceOf(alice.jid, 'unavailable'), 'unavailable', { from })
    from = bob.received.length
    await world.visage.restart('SIGTERM')
    await bob.next((stanza) => statusOf(stanza) === 'before', 'her presence', { from })
  },
)

proves(
  'A2, A3, G2: killed and started again: both see each other within ten seconds, and a new picture without more ado',
  async (t) => {
    const world = await startFriends()
    t.after(() => world.end())
    const alice = world.user('alice')
    const bob = await world.logIn('bob/phone')
    const watcher = await alice.watch(BOB)
    await watcher.next(({ body }) => body.includes('<basic>open'), 'open')
    await alice.putIcon(await plainPicture('teal'))
    await world.visage.server.stop('SIGKILL')
    await bob.presence({ show: 'dnd', status: 'while it was down' })
    const [from, seen] = [bob.received.length, watcher.notifies.length]
    await world.visage.restart('SIGKILL')
    const shown = { from, patience: 10_000 }
    await bob.next((stanza) => statusOf(stanza) === 'before', 'her presence', shown)
    const last = photoOf(await bob.next(hasPhoto, 'the picture that was stored last', shown))
    const down = ({ body }: { body: string }) => body.includes('while it was down')
    await watcher.next(down, 'his presence', { from: seen, patience: 10_000 })
    await alice.putIcon(await plainPicture('crimson'))
    const isNew = (id: string | undefined) => (id ?? '') !== '' && id !== last
    const event = await bob.next((stanza) => isNew(avatarOf(stanza)?.id), 'the event', shown)
    const hash = avatarOf(event)?.id
    await bob.next((stanza) => photoOf(stanza) === hash, 'the hash', shown)
  },
)

proves(
  'G2: both stopped and started in the other order: the subscription stands, and the watcher is told',
  async (t) => {
    const world = await startFriends()
    t.after(() => world.end())
    const alice = world.user('alice')
    const watcher = await alice.watch(BOB)
    await watcher.next(({ body }) => body.includes('<basic>open'), 'open')
    await world.server.stop('SIGKILL')
    await world.visage.restart('SIGKILL')
    const from = watcher.notifies.length
    await world.server.start()
    const bob = await world.logIn('bob/desk', { presence: { status: 'back' } })
    await bob.next((stanza) => statusOf(stanza) === 'before', 'her presence')
    const isBack = ({ body }: { body: string }) => body.includes('back')
    await watcher.next(isBack, 'his presence', { from, patience: 10_000 })
  },
)
