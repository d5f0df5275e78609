/**
 * finch (libpurple) in tmux, as watcher and as publisher: what stands on its screen.
 *
 *   carol's finch              Visage                alice's visage publish   bob's visage watch
 *        |------ SUBSCRIBE ------>|                         |                        |
 *   ⊗    |<----- NOTIFY ----------|                         |                        |
 *        |                        |<------- PUBLISH --------|                        |
 *   ◯    |<----- NOTIFY open -----|                         |                        |
 *        |------ PUBLISH -------->|--------------- NOTIFY open ------------------>|  online
 */
import { after, before, test } from 'node:test'
import { startFinch } from '../support/finch.ts'
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

test('finch over tcp: its buddy goes online and offline on the screen, while it publishes itself', async (t) => {
  if (!requireProgram(t, 'finch') || !requireProgram(t, 'tmux')) return
  const carol = await startFinch({
    user: 'carol',
    server: visage.sipPort,
    buddies: ['alice'],
    publishes: true,
  })
  t.after(() => carol.stop())
  await carol.shows('alice', 'offline')
  for (const flags of [[], ['--activity', 'away']]) {
    const desk = start('visage', ['publish', ...flags, ...visage.as('alice@localhost')])
    t.after(() => desk.stop())
    await carol.shows('alice', 'online')
    await desk.stop()
    await carol.shows('alice', 'offline')
  }
})

test('finch over tcp publishes that it is available', async (t) => {
  if (!requireProgram(t, 'finch') || !requireProgram(t, 'tmux')) return
  const bob = start('visage', ['watch', 'dave@localhost', ...visage.as('bob@localhost')])
  t.after(() => bob.stop())
  await bob.line((line) => line.endsWith('sip:dave@localhost  offline'))
  const dave = await startFinch({ user: 'dave', server: visage.sipPort, publishes: true })
  t.after(() => dave.stop())
  await bob.line((line) => line.endsWith('sip:dave@localhost  online  "available"'))
})
