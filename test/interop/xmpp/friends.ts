/** How people of both sides come to see each other in tests. RFC 6121 §3, RFC 8048 §5. */
import type { SipUser } from './sip-user.ts'
import { isSubscription } from './stanza-words.ts'
import type { RosterView, XmppClient } from './xmpp-client.ts'

/** The contact asks and is let in, the user's phone watches him, and he lets her in: his roster says `both`. */
export async function befriend(contact: XmppClient, user: SipUser): Promise<void> {
  await contact.subscription('subscribe', user.jid)
  await contact.next(isSubscription(user.jid, 'subscribed'), `subscribed of ${user.jid}`)
  await user.watch(`sip:${contact.bare}`)
  await contact.next(isSubscription(user.jid, 'subscribe'), `subscribe of ${user.jid}`)
  await contact.subscription('subscribed', user.jid)
  await rosterSays(contact, user.jid, ({ subscription }) => subscription === 'both', 'both')
}

export async function rosterSays(
  contact: XmppClient,
  jid: string,
  accept: (item: RosterView) => boolean,
  what: string,
): Promise<void> {
  const none: RosterView = { subscription: 'none', ask: false, name: '', groups: [] }
  await until(
    async () => accept((await contact.roster())[jid] ?? none),
    async () =>
      `${jid} is not ${what} for ${contact.jid}: ${JSON.stringify(await contact.roster())}`,
  )
}

/** Looks again and again. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  problem: () => string | Promise<string>,
  patience = 10_000,
): Promise<void> {
  const give = Date.now() + patience
  while (!(await holds())) {
    if (Date.now() > give) throw new Error(await problem())
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
