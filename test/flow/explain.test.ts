/**
 * `visage explain` asks the running service why somebody sees nothing; its first line says it.
 *
 *   operator                     Visage                        bob
 *     |--- explain bob alice ----->|  never subscribed           |
 *     |                            |<------- watch alice -------|
 *     |--- explain bob alice ----->|  alice publishes nothing    |
 *     |        alice publishes --->|                             |
 *     |--- explain bob alice ----->|  no icon                    |
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { run, start, startVisage, type VisageProcess } from '../support/visage-process.ts'

let visage: VisageProcess

before(async () => {
  visage = await startVisage({ users: ['alice@localhost', 'bob@localhost'] })
})

after(() => visage.end())

const explain = (...args: readonly string[]) =>
  run('visage', ['explain', ...args, '--data', visage.data])

async function firstLine(): Promise<string> {
  const { code, stdout, stderr } = await explain('bob@localhost', 'alice@localhost')
  assert.equal(code, 0, stderr)
  return stdout.split('\n')[0] ?? ''
}

test('visage explain: what keeps the watcher from seeing is said first, and changes with what is mended', async () => {
  assert.match(await firstLine(), /^bob@localhost has no subscription to alice@localhost/)
  const watching = start('visage', [
    ...['watch', 'alice@localhost', '--json', ...visage.as('bob@localhost')],
  ])
  try {
    await watching.line((line) => line.includes('"closed"'))
    assert.match(await firstLine(), /^alice@localhost publishes nothing/)
    const publishing = start('visage', ['publish', ...visage.as('alice@localhost')])
    try {
      await watching.line((line) => line.includes('"open"'))
      assert.match(await firstLine(), /who has no icon stored here$/)
      const { stdout } = await explain('bob@localhost', 'alice@localhost')
      assert.match(
        stdout,
        /^subscription {2}active, since 20\S+Z, until 20\S+Z, UDP 127.0.0.1:\d+$/m,
      )
      assert.match(stdout, /^last NOTIFY {3}20\S+Z, \d+ bytes, answered 200$/m)
      assert.match(stdout, /^decision {6}allow, by the policy of the domain$/m)
      assert.match(stdout, /^publication {3}\S.* UDP 127.0.0.1:\d+, at 20\S+Z, until 20\S+Z/m)
    } finally {
      await publishing.stop()
    }
  } finally {
    await watching.stop()
  }
})

test('visage explain --json: everything as one object', async () => {
  const { stdout } = await explain('bob@localhost', 'alice@localhost', '--json')
  const { cause, watcher } = JSON.parse(stdout) as {
    cause: { kind: string }
    watcher: { known: string }
  }
  assert.equal(watcher.known, 'account')
  assert.equal(cause.kind, 'ended', 'the watcher of the test above has unsubscribed')
})

test('visage explain: without a running service it says so', async () => {
  const args = ['explain', 'bob@localhost', 'alice@localhost', '--data', visage.folder]
  const { code, stderr } = await run('visage', args)
  assert.notEqual(code, 0)
  assert.match(stderr, /no service runs on .*: only a running one knows who watches whom/)
})
