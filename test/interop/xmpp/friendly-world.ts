/** The world in which alice of SIP and bob of XMPP see each other. */
import { befriend } from './friends.ts'
import { presenceDocument } from './sip-user.ts'
import { statusOf } from './stanza-words.ts'
import { startWorld, type World } from './world.ts'

/** Her note is `before`; he was logged in as `bob/desk`. */
export async function startFriends(): Promise<World> {
  const world = await startWorld({ users: ['alice'], people: ['bob'] })
  const alice = world.user('alice')
  await alice.publish(presenceDocument(alice.aor, 'open', { note: 'before' }))
  const bob = await world.logIn('bob/desk')
  await befriend(bob, alice)
  await bob.next((stanza) => statusOf(stanza) === 'before', 'her presence')
  return world
}
