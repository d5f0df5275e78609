/**
 * baresip under presence rules: bob waits, is allowed, politely blocked and blocked, while alice is online all the time. RFC 5025 §3.2.1.
 *
 *   bob's baresip              Visage               alice
 *        |------ SUBSCRIBE ------>|<------ PUBLISH ------|
 *        |<----- NOTIFY pending --|                      |   Offline
 *        |                        |<-- PUT rules: allow -|
 *        |<----- NOTIFY, icon ----|                      |   Busy
 *        |                        |<-- polite-block -----|
 *        |<----- NOTIFY active ---|                      |   Offline
 *        |                        |<-- PUT rules: block -|
 *        |<----- NOTIFY ended ----|                      |   no longer Busy
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { startBaresip, type ContactStatus } from '../support/baresip.ts'
import { requireProgram } from '../support/programs.ts'
import { run, start, startVisage, type VisageProcess } from '../support/visage-process.ts'

/** RFC 4482 in the person. */
const ICON = /<c:icon>([^<]+)<\/c:icon>/

let visage: VisageProcess

before(async () => {
  visage = await startVisage({
    users: ['alice@localhost', 'bob@localhost'],
    config: { presence: { defaultPolicy: 'confirm' } },
  })
})

after(() => visage.end())

test('baresip shows nothing while it waits or is politely blocked, the presence when it is allowed, and loses it when it is blocked', async (t) => {
  if (!requireProgram(t, 'baresip')) return
  await storeIcon()
  const desk = start('visage', ['publish', '--activity', 'busy', ...visage.as('alice@localhost')])
  t.after(() => desk.stop())
  await desk.line((line) => line.startsWith('Published'))
  const bob = await startBaresip({ user: 'bob', server: visage.sipPort, contacts: ['alice'] })
  t.after(() => bob.stop())
  const shown = async (status: ContactStatus) => {
    await bob.shows('alice', status)
    return (await bob.traced('NOTIFY')).at(-1) ?? ''
  }
  const waiting = await shown('Offline')
  assert.match(waiting, /^Subscription-State: pending/m)
  assert.doesNotMatch(waiting, ICON)

  await decide('allow')
  const [, icon = ''] = ICON.exec(await shown('Busy')) ?? []
  const { status, headers } = await fetch(icon)
  assert.deepEqual([status, headers.get('content-type')], [200, 'image/png'])

  await decide('block', '--polite')
  const polite = await shown('Offline')
  // It cannot tell that from being seen by somebody who is offline. RFC 5025 §3.2.1
  assert.match(polite, /^Subscription-State: active/m)
  assert.doesNotMatch(polite, ICON)

  await decide('block')
  assert.match(await shown('Unknown'), /^Subscription-State: terminated;reason=rejected/m)
})

async function storeIcon(): Promise<void> {
  const background = '#2b6'
  const image = sharp({ create: { width: 96, height: 96, channels: 3, background } })
  const file = join(visage.folder, 'alice.png')
  await image.png().toFile(file)
  const flags = ['-f', file, ...visage.as('alice@localhost')]
  const { code, stderr } = await run('xcap-icon', ['PUT', ...flags])
  assert.equal(code, 0, stderr)
}

async function decide(decision: 'allow' | 'block', ...how: string[]): Promise<void> {
  const flags = [...how, ...visage.as('alice@localhost')]
  const { code, stderr } = await run('visage', ['contacts', decision, 'bob@localhost', ...flags])
  assert.equal(code, 0, stderr)
}
