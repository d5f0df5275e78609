/**
 * A softphone behind Kamailio, which registers it, asks for its password and record-routes twice (UDP in, TCP out).
 *
 *   bob's baresip        Kamailio (deploy/examples/behind-kamailio/kamailio.cfg)        Visage          alice's visage publish
 *        |---- REGISTER ------->|                              |                       |
 *        |                      |--- PUBLISH (pua_usrloc) ---->|                       |
 *        |---- SUBSCRIBE ------>|--- P-Asserted-Identity ----->|                       |
 *        |<--- NOTIFY ----------|<-- Route, Route -------------|                       |
 *                          (killed, started)                   |<------ PUBLISH -------|
 *        |<--- NOTIFY ----------|<-- a new connection ---------|
 */
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { startBaresip } from '../support/baresip.ts'
import { startKamailio } from '../support/kamailio.ts'
import { requireProgram } from '../support/programs.ts'
import { start, startVisage, type VisageProcess } from '../support/visage-process.ts'

const PARTIES = ['erin@localhost', 'frank@localhost']

let visage: VisageProcess

before(async () => {
  visage = await startVisage({
    config: {
      domains: [{ name: 'localhost', externalAccounts: true }],
      sip: { trustedPeers: ['127.0.0.1/32'], registrar: false },
    },
  })
})

after(() => visage.end())

// A phone that is killed leaves its publication behind, so each test has a publisher of its own.
for (const [transport, publisher] of [
  ['udp', 'alice'],
  ['tcp', 'anna'],
] as const) {
  test(`Kamailio in front, phones over ${transport}: one publishes, the other shows it`, async (t) => {
    if (!hasPrograms(t)) return
    const kamailio = await startKamailio({ users: [publisher, 'bob'], visagePort: visage.sipPort })
    t.after(() => kamailio.stop())
    const server = kamailio.port
    const bob = await startBaresip({ user: 'bob', server, transport, contacts: [publisher] })
    t.after(() => bob.stop('SIGKILL'))
    await bob.shows(publisher, 'Offline')
    const alice = await startBaresip({ user: publisher, server, transport, publishEvery: 60 })
    t.after(() => alice.stop('SIGKILL'))
    await alice.command('presence_online')
    await bob.shows(publisher, 'Online')
    assert.equal(kamailio.requests('PUBLISH')[0]?.to, `sip:${publisher}@localhost`)
  })
}

test('RFC 3261 §12.2.1.1: the NOTIFY after a restart of Kamailio arrives in the same dialog, through both of its routes', async (t) => {
  if (!hasPrograms(t)) return
  const kamailio = await startKamailio({ users: ['bob'], visagePort: visage.sipPort })
  t.after(() => kamailio.stop())
  const bob = await startBaresip({ user: 'bob', server: kamailio.port, contacts: ['adam'] })
  t.after(() => bob.stop('SIGKILL'))
  await bob.shows('adam', 'Offline')
  const desk = start('visage', ['publish', '--activity', 'busy', ...visage.as('adam@localhost')])
  t.after(() => desk.stop())
  await bob.shows('adam', 'Busy')
  const dialogs = kamailio.requests('NOTIFY').map(({ callId }) => callId)

  await kamailio.killAndStart()
  await desk.stop()
  await bob.shows('adam', 'Offline')
  assert.deepEqual(kamailio.requests('SUBSCRIBE'), [])
  assert.equal(kamailio.requests('NOTIFY')[0]?.callId, dialogs.at(-1))
})

test('Kamailio registers a phone that publishes nothing: it is online, and offline when it unregisters', async (t) => {
  if (!hasPrograms(t)) return
  const kamailio = await startKamailio({ users: ['carol'], visagePort: visage.sipPort })
  t.after(() => kamailio.stop())
  const watch = start('visage', ['watch', 'carol@localhost', ...visage.as('dave@localhost')])
  t.after(() => watch.stop())
  await watch.line((line) => line.endsWith('sip:carol@localhost  offline'))
  const carol = await startBaresip({ user: 'carol', server: kamailio.port })
  t.after(() => carol.stop('SIGKILL'))
  await watch.line((line) => line.includes('sip:carol@localhost  online'))
  const read = watch.lines.length
  await carol.stop()
  await watch.line((line) => line.includes('sip:carol@localhost  offline'), read)
})

test('RFC 4235: a call through Kamailio shows both who speak as on the phone, until it ends', async (t) => {
  if (!hasPrograms(t)) return
  const kamailio = await startKamailio({ users: ['erin', 'frank'], visagePort: visage.sipPort })
  t.after(() => kamailio.stop())
  const server = kamailio.port
  const frank = await startBaresip({ user: 'frank', server, answers: true })
  t.after(() => frank.stop('SIGKILL'))
  const erin = await startBaresip({ user: 'erin', server, transport: 'tcp' })
  t.after(() => erin.stop('SIGKILL'))
  const watch = start('visage', ['watch', ...PARTIES, ...visage.as('dave@localhost')])
  t.after(() => watch.stop())
  for (const who of PARTIES) await watch.line((line) => line.endsWith(`sip:${who}  online`))

  await erin.command('dial', 'sip:frank@localhost')
  for (const who of PARTIES) {
    await watch.line((line) => line.endsWith(`sip:${who}  online, on-the-phone`))
  }
  const read = watch.lines.length
  await erin.command('hangup')
  for (const who of PARTIES) await watch.line((line) => line.endsWith(`sip:${who}  online`), read)
})

function hasPrograms(t: TestContext): boolean {
  const programs = ['baresip', 'kamailio', 'pua_usrloc.so'] as const
  return programs.every((program) => requireProgram(t, program))
}
