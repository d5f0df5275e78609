/**
 * Rules take effect on whoever is watching already, within a second.
 *
 *   alice                        Visage                        bob
 *     |                            |<------- watch alice -------|
 *     |                            |-------- pending ---------->|
 *     |--- contacts allow bob ---->|                            |
 *     |                            |-------- active, icon ----->|
 *     |--- contacts block -------->|                            |
 *     |        --polite bob        |-------- closed ----------->|
 *     |--- contacts block bob ---->|                            |
 *     |                            |-------- rejected --------->|
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { run, start, startVisage, type VisageProcess } from '../support/visage-process.ts'

let visage: VisageProcess

before(async () => {
  visage = await startVisage({
    users: ['alice@localhost', 'bob@localhost'],
    config: { presence: { defaultPolicy: 'confirm' } },
  })
})

after(() => visage.end())

async function alice(...args: readonly string[]): Promise<number> {
  const { code, stderr } = await run('visage', [...args, ...visage.as('alice@localhost')])
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`)
  return Date.now()
}

test('RFC 5025 §3.2.1: contacts allow and block take effect on the subscription that runs, within the second', async () => {
  const publishing = start('visage', [
    'publish',
    '--activity',
    'busy',
    ...visage.as('alice@localhost'),
  ])
  const watch = ['watch', 'alice@localhost', '--json', ...visage.as('bob@localhost')]
  const watching = start('visage', watch)
  try {
    await watching.line((line) => line.includes('"pending"'))
    const changes: [command: readonly string[], told: RegExp][] = [
      [['contacts', 'allow', 'bob@localhost'], /"active".*busy/],
      [['contacts', 'block', '--polite', 'bob@localhost'], /"active".*"closed"/],
      [['contacts', 'block', 'bob@localhost'], /"terminated"/],
    ]
    for (const [command, told] of changes) {
      const from = watching.lines.length
      const heard = watching.line((line) => told.test(line), from).then(() => Date.now())
      const done = await alice(...command)
      assert.ok((await heard) - done < 1_000, command.join(' '))
    }
  } finally {
    await watching.stop()
    await publishing.stop()
  }
})
