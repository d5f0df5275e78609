/**
 * The ground of the other tests: two people of one XMPP server, both with slixmpp, without Visage.
 *
 *   bob                    server                    ann
 *    |---- subscribe -------->|------ subscribe ------->|
 *    |<--- subscribed --------|<----- subscribed -------|
 *    |<--- presence ----------|<----- publish ----------|
 *    |<--- event -------------|                         |
 */
import assert from 'node:assert/strict'
import { createEjabberd } from './ejabberd.ts'
import { EJABBERD, PROSODY, testsWith } from './programs.ts'
import { createProsody } from './prosody.ts'
import { startXmppClients } from './xmpp-client.ts'
import type { XmppServer } from './xmpp-server.ts'

const ACCOUNTS = { 'bob@xmpp.localhost': 'one', 'ann@xmpp.localhost': 'two' }

testsWith(PROSODY)(
  'Prosody by docs/xmpp.md: presence and picture among its own people',
  async (t) => {
    const server = await createProsody({ accounts: ACCOUNTS })
    t.after(() => server.end())
    await seeEachOther(server)
  },
)

testsWith(EJABBERD)(
  'ejabberd by docs/xmpp.md: presence and picture among its own people',
  async (t) => {
    const server = await createEjabberd({ accounts: ACCOUNTS })
    t.after(() => server.end())
    await seeEachOther(server)
  },
)

async function seeEachOther(server: XmppServer): Promise<void> {
  await server.start()
  const clients = await startXmppClients(server.clientPort)
  try {
    const bob = await clients.connect('bob@xmpp.localhost/desk', 'one')
    const ann = await clients.connect('ann@xmpp.localhost/phone', 'two')
    for (const one of [bob, ann]) {
      await one.order('ask_roster')
      await one.presence()
    }
    for (const [asks, grants] of [
      [bob, ann],
      [ann, bob],
    ] as const) {
      await asks.subscription('subscribe', grants.bare)
      await grants.next(({ type }) => type === 'subscribe', 'subscribe')
      await grants.subscription('subscribed', asks.bare)
      await asks.next(({ name, from }) => name === 'presence' && from === grants.jid, 'presence')
    }
    assert.equal((await bob.roster())['ann@xmpp.localhost']?.subscription, 'both')
    const picture = Buffer.from('not looked at by anybody').toString('base64')
    await ann.order('publish_avatar', { data: picture, type: 'image/png' })
    await bob.next(({ name, from }) => name === 'message' && from === ann.bare, 'the event')
  } finally {
    await clients.stop()
  }
}
