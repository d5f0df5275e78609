/** The page and somebody in XMPP: a real browser on one side, Prosody with slixmpp on the other. RFC 6121 §3, RFC 8048 §5. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { areInstalled, PROSODY } from '../interop/xmpp/programs.ts'
import { plainPicture } from '../interop/xmpp/pictures.ts'
import { createProsody } from '../interop/xmpp/prosody.ts'
import { isPresenceOf, isSubscription } from '../interop/xmpp/stanza-words.ts'
import { startXmppClients, type XmppClient, type XmppClients } from '../interop/xmpp/xmpp-client.ts'
import { SECRET, SIP_DOMAIN, XMPP_DOMAIN } from '../interop/xmpp/xmpp-server.ts'
import { run, PASSWORD } from '../support/visage-process.ts'
import { requireProgram } from '../support/programs.ts'
import { person, type Person } from './person.ts'
import { setStage } from './stage.ts'

const [ALICE, BOB] = [`alice@${SIP_DOMAIN}`, `bob@${XMPP_DOMAIN}`]
const isPossible = areInstalled(['chromium', ...PROSODY])
const accounts = { [BOB]: 'swordfish' }
const server = isPossible ? await createProsody({ accounts, components: [SIP_DOMAIN] }) : undefined
const stage = setStage({
  users: ['alice'],
  domains: [SIP_DOMAIN],
  config: {
    presence: { defaultPolicy: 'confirm' },
    ...(server && {
      xmpp: {
        ...{ component: [SIP_DOMAIN], secret: SECRET },
        ...{ port: server.componentPort, domains: [XMPP_DOMAIN] },
      },
    }),
  },
})
let clients: XmppClients
let bob: XmppClient

before(async () => {
  if (!server) return
  await server.start()
  clients = await startXmppClients(server.clientPort)
  bob = await clients.connect(BOB, 'swordfish')
  await bob.order('ask_roster')
  await bob.presence({ show: 'dnd', status: 'In the garden' })
})

after(async () => {
  if (!server) return
  await clients.stop()
  await server.end()
})

const region = ({ page }: Person, name: string | RegExp) => page.getByRole('region', { name })

/** What `visage contacts list` says of bob. */
async function relation(): Promise<string | undefined> {
  const { stdout, stderr } = await run('visage', ['contacts', 'list'], {
    env: {
      ...{ VISAGE_ACCOUNT: ALICE, VISAGE_PASSWORD: PASSWORD },
      ...{ VISAGE_XCAP_ROOT: stage.visage.xcapRoot, VISAGE_SIP: stage.visage.sip },
    },
  })
  return /bob@\S+ +(.*)/.exec(stdout)?.[1]?.replace(/ +/, ' ') ?? stderr
}

const rosterOfBob = async () => (await bob.roster())[ALICE]?.subscription

/*
 *  alice's page          bob in XMPP
 *   |--add contact------->|  subscribe
 *   |<--subscribed--------|  his status and note in her row
 *   |<--subscribe---------|  a request card
 *   |--Allow------------->|  subscribed; each sees the other: both
 *   |<--avatar------------|  his picture in her row, and gone when he stops
 *   |--Busy-------------->|  dnd
 *   |<--unsubscribed------|  "Does not share their status with you", and nothing of what he told
 */
stage.test(
  'RFC 6121 §3: who I am to somebody in XMPP, and who they are to me, is the same on the page, in commands and in their roster',
  async (t) => {
    if (!PROSODY.every((program) => requireProgram(t, program))) return
    const alice = await person(t, stage, 'alice')
    await alice.signIn()
    await alice.arrived()
    await alice.addContact({ address: BOB, name: 'Bob' })
    const row = alice.contact('Bob')
    await row.getByText('Waiting for Bob to allow you').waitFor()
    await bob.next(isSubscription(ALICE, 'subscribe'), 'subscribe')
    assert.equal(await relation(), 'none asked')

    await bob.subscription('subscribed', ALICE)
    await row.getByText('Busy').waitFor()
    await row.getByText('In the garden').waitFor()
    assert.deepEqual([await relation(), await rosterOfBob()], ['to', 'from'])

    await bob.subscription('subscribe', ALICE)
    const request = region(alice, /^Request/).getByRole('listitem', { name: 'Bob' })
    await request.waitFor()
    assert.equal(await relation(), 'to wants to see you')
    await request.getByRole('button', { name: 'Allow' }).click()
    await bob.next(isSubscription(ALICE, 'subscribed'), 'subscribed')
    await bob.next(isPresenceOf(ALICE), 'her presence')
    await region(alice, 'Who watches me').getByText('Sees your status').waitFor()
    assert.deepEqual([await relation(), await rosterOfBob()], ['both', 'both'])

    const data = (await plainPicture('#3366cc')).toString('base64')
    await bob.order('publish_avatar', { data, type: 'image/png' })
    const picture = row.locator('img')
    await picture.waitFor()
    assert.match((await picture.getAttribute('src')) ?? '', /\/i\/[\w-]{22}\.png$/)
    await bob.order('stop_avatar')
    await picture.waitFor({ state: 'detached' })

    const from = bob.received.length
    await alice.setStatus('Busy')
    await bob.next(({ xml }) => xml.includes('<show>dnd</show>'), 'that she is busy', { from })

    await bob.subscription('unsubscribed', ALICE)
    await row.getByText('Does not share their status with you').waitFor()
    assert.equal(await row.getByText('In the garden').count(), 0)
    assert.deepEqual([await relation(), await rosterOfBob()], ['from', 'to'])
  },
)
