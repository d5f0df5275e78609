/**
 * baresip on both sides: alice's publishes, bob's watches.
 *
 *   alice's baresip            Visage              bob's baresip
 *        |--- REGISTER --------->|<------ REGISTER ------|
 *        |                       |<------ SUBSCRIBE -----|
 *        |--- PUBLISH open ----->|------- NOTIFY ------->|  Online
 *        |                       |                       |
 *     (killed)                   |------- NOTIFY ------->|  Offline, when publication and registration have expired
 */
import { after, before, test, type TestContext } from 'node:test'
import { startBaresip, type Baresip } from '../support/baresip.ts'
import { requireProgram } from '../support/programs.ts'
import { start, startVisage, type VisageProcess } from '../support/visage-process.ts'

let visage: VisageProcess

before(async () => {
  visage = await startVisage({
    users: ['alice@localhost', 'bob@localhost'],
    // So that what a killed phone leaves behind ends within the test.
    config: { presence: { minExpires: '1s' } },
  })
})

after(() => visage.end())

for (const transport of ['udp', 'tcp'] as const) {
  test(`baresip over ${transport}: online, busy, offline, and offline again when killed`, async (t) => {
    if (!requireProgram(t, 'baresip')) return
    await watchAndPublish(t, transport)
  })
}

async function watchAndPublish(t: TestContext, transport: 'udp' | 'tcp'): Promise<void> {
  const server = visage.sipPort
  const bob = await startBaresip({ user: 'bob', server, transport, contacts: ['alice'] })
  t.after(() => bob.stop())
  await bob.shows('alice', 'Offline')

  const alice = await startAlice(transport)
  t.after(() => alice.stop())
  await bob.shows('alice', 'Online')

  const desk = start('visage', ['publish', '--activity', 'busy', ...visage.as('alice@localhost')])
  t.after(() => desk.stop())
  await bob.shows('alice', 'Busy')
  await desk.stop()
  await bob.shows('alice', 'Online')

  await alice.command('presence_offline')
  await bob.shows('alice', 'Offline')
  await alice.command('presence_online')
  await bob.shows('alice', 'Online')

  await alice.stop('SIGKILL')
  await bob.shows('alice', 'Offline', 15_000)
}

async function startAlice(transport: 'udp' | 'tcp'): Promise<Baresip> {
  const alice = await startBaresip({
    user: 'alice',
    server: visage.sipPort,
    transport,
    publishEvery: 5,
    registerEvery: 5,
  })
  await alice.command('presence_online')
  return alice
}
