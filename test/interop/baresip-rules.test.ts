/**
 * baresip under presence rules: bob waits, is allowed, and is blocked, while alice is online all the time. RFC 5025 §3.2.1.
 *
 *   bob's baresip              Visage               alice
 *        |------ SUBSCRIBE ------>|<------ PUBLISH ------|
 *        |<----- NOTIFY pending --|                      |   Offline
 *        |                        |<-- PUT rules: allow -|
 *        |<----- NOTIFY ----------|                      |   Busy
 *        |                        |<-- PUT rules: block -|
 *        |<----- NOTIFY ended ----|                      |   no longer Busy
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startBaresip } from '../support/baresip.ts'
import { requireProgram } from '../support/programs.ts'
import { run, start, startVisage, type VisageProcess } from '../support/visage-process.ts'

let visage: VisageProcess

before(async () => {
  visage = await startVisage({
    users: ['alice@localhost', 'bob@localhost'],
    config: { presence: { defaultPolicy: 'confirm' } },
  })
})

after(() => visage.end())

test('baresip shows nothing while it waits, the presence once it is allowed, and loses it when it is blocked', async (t) => {
  if (!requireProgram(t, 'baresip')) return
  const desk = start('visage', ['publish', '--activity', 'busy', ...visage.as('alice@localhost')])
  t.after(() => desk.stop())
  await desk.line((line) => line.startsWith('Published'))
  const bob = await startBaresip({ user: 'bob', server: visage.sipPort, contacts: ['alice'] })
  t.after(() => bob.stop())
  await bob.shows('alice', 'Offline')
  await decide('allow')
  await bob.shows('alice', 'Busy')
  await decide('block')
  await bob.shows('alice', 'Unknown')
})

async function decide(decision: 'allow' | 'block'): Promise<void> {
  const flags = [...visage.as('alice@localhost')]
  const { code, stderr } = await run('visage', ['contacts', decision, 'bob@localhost', ...flags])
  assert.equal(code, 0, stderr)
}
