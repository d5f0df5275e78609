/**
 * twinkle-console as watcher and as publisher.
 *
 *   alice's Twinkle            Visage              bob's Twinkle
 *        |------ PUBLISH -------->|<------ SUBSCRIBE ------|
 *        |                        |------- NOTIFY -------->|  open
 *     presence -b offline         |                        |
 *        |------ PUBLISH -------->|------- NOTIFY -------->|  closed
 */
import { after, before, test } from 'node:test'
import { requireProgram } from '../support/programs.ts'
import { startTwinkle } from '../support/twinkle.ts'
import { start, startVisage, type VisageProcess } from '../support/visage-process.ts'

let visage: VisageProcess

before(async () => {
  visage = await startVisage({
    users: ['alice', 'bob', 'carol'].map((name) => `${name}@localhost`),
    // So that only what a phone publishes makes it online.
    config: { presence: { fromRegistration: 'off' } },
  })
})

after(() => visage.end())

for (const transport of ['udp', 'tcp'] as const) {
  test(`Twinkle over ${transport} publishes, and another one takes the state over`, async (t) => {
    if (!requireProgram(t, 'twinkle-console')) return
    const server = visage.sipPort
    const bob = await startTwinkle({ user: 'bob', server, transport, buddies: ['alice'] })
    t.after(() => bob.stop())
    await bob.shows('alice', 'closed')
    const carol = start('visage', ['watch', 'alice@localhost', ...visage.as('carol@localhost')])
    t.after(() => carol.stop())

    const alice = await startTwinkle({ user: 'alice', server, transport })
    t.after(() => alice.stop())
    await bob.shows('alice', 'open')
    await carol.line((line) => line.includes('sip:alice@localhost  online'))

    alice.command('presence -b offline')
    await bob.shows('alice', 'closed')
    alice.command('presence -b online')
    await bob.shows('alice', 'open')
    alice.command('quit')
    await bob.shows('alice', 'closed')
  })
}
