/**
 * linphonec (liblinphone) as watcher and as publisher; one subscription for each friend, or one to the list of them.
 *
 *   Visage                bob's linphonec          alice's linphonec       Visage               bob's visage watch
 *      |<--- SUBSCRIBE ---------|                       |----- PUBLISH ----->|------ NOTIFY --------->|  online
 *      |---- NOTIFY busy ------>|  is Busy              |  quit, Expires: 0  |                        |
 *      |---- NOTIFY closed ---->|  is Offline           |----- PUBLISH ----->|------ NOTIFY --------->|  offline
 */
import { after, before, test } from 'node:test'
import { startLinphonec } from '../support/linphonec.ts'
import { requireProgram } from '../support/programs.ts'
import { start, startVisage, type VisageProcess } from '../support/visage-process.ts'

let visage: VisageProcess

before(async () => {
  visage = await startVisage({
    users: ['alice', 'bob', 'carol', 'dave'].map((name) => `${name}@localhost`),
    // So that only what a phone publishes makes it online.
    config: { presence: { fromRegistration: 'off' } },
  })
})

after(() => visage.end())

for (const transport of ['udp', 'tcp'] as const) {
  test(`linphonec over ${transport} shows its friend online, busy and offline`, async (t) => {
    if (!requireProgram(t, 'linphonec')) return
    const server = visage.sipPort
    const bob = await startLinphonec({ user: 'bob', server, transport, friends: ['alice'] })
    t.after(() => bob.stop())
    await bob.shows('alice', 'Offline')
    for (const [flags, shown] of [
      [[], 'Online'],
      [['--activity', 'busy'], 'Busy'],
      [['--activity', 'on-the-phone'], 'On the phone'],
    ] as const) {
      const desk = start('visage', ['publish', ...flags, ...visage.as('alice@localhost')])
      t.after(() => desk.stop())
      await bob.shows('alice', shown)
      await desk.stop()
      await bob.shows('alice', 'Offline')
    }
  })

  test(`linphonec over ${transport} publishes itself, and takes it back when it quits`, async (t) => {
    if (!requireProgram(t, 'linphonec')) return
    const bob = start('visage', ['watch', 'alice@localhost', ...visage.as('bob@localhost')])
    t.after(() => bob.stop())
    await bob.line((line) => line.endsWith('sip:alice@localhost  offline'))
    const alice = await startLinphonec({ user: 'alice', server: visage.sipPort, transport })
    t.after(() => alice.stop())
    await bob.line((line) => line.endsWith('sip:alice@localhost  online'))
    const read = bob.lines.length
    alice.command('quit')
    await bob.line((line) => line.endsWith('sip:alice@localhost  offline'), read)
  })
}

for (const [transport, presentity] of [
  ['udp', 'carol'],
  ['tcp', 'dave'],
] as const) {
  test(`RFC 5367: linphonec over ${transport} subscribes to its friends as one list, and shows each`, async (t) => {
    if (!requireProgram(t, 'linphonec')) return
    const bob = await startLinphonec({
      user: 'bob',
      server: visage.sipPort,
      transport,
      friends: ['alice', presentity],
      listUri: 'sip:friends@localhost',
    })
    t.after(() => bob.stop())
    await bob.shows(presentity, 'Offline')
    const desk = start('visage', [
      'publish',
      ...['--activity', 'busy'],
      ...visage.as(`${presentity}@localhost`),
    ])
    t.after(() => desk.stop())
    await bob.shows(presentity, 'Busy')
    await desk.stop()
    await bob.shows(presentity, 'Offline')
  })
}
