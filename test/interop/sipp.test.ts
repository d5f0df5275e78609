/** sipp plays publishers and watchers by scenario; its exit code says whether every step came as written. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.ts'
import { requireProgram } from '../support/programs.ts'
import {
  PASSWORD,
  start,
  startVisage,
  watchLines,
  type VisageProcess,
} from '../support/visage-process.ts'

/** Milliseconds within which a scenario ends, well or not. */
const PATIENCE = 20_000
const WATCHERS = 20

let visage: VisageProcess
let folder: string

before(async () => {
  visage = await startVisage({ users: ['alice@localhost', 'bob@localhost'] })
  folder = await mkdtemp(join(tmpdir(), 'visage-sipp-'))
})

after(async () => {
  await visage.end()
  await rm(folder, { recursive: true, force: true })
})

const cases = [
  ['publish', 'alice', 'RFC 3903 §4: PUBLISH initial, refresh, modify, stale tag, remove'],
  ['subscribe', 'bob', 'RFC 6665 §4: SUBSCRIBE initial, refresh, unsubscribe, unknown dialog'],
  ['fetch', 'bob', 'RFC 6665 §4.4.3: SUBSCRIBE fetch'],
] as const

for (const [scenario, user, name] of cases) {
  for (const transport of ['udp', 'tcp'] as const) {
    test(`sipp over ${transport}, ${name}`, async (t) => {
      if (!requireProgram(t, 'sipp')) return
      const sipp = await startSipp(scenario, user, transport)
      t.after(() => sipp.stop())
      await sipp.succeeds()
    })
  }
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`sipp over ${transport}, RFC 6665 §4.2.2: a change reaches ${WATCHERS} watchers once each, and each refreshes in its dialog`, async (t) => {
    if (!requireProgram(t, 'sipp')) return
    const bob = await startSipp('fan-out', 'bob', transport, WATCHERS)
    t.after(() => bob.stop())
    await bob.says('subscribed', WATCHERS)
    const desk = start('visage', ['publish', '--activity', 'busy', ...visage.as('alice@localhost')])
    t.after(() => desk.stop())
    await bob.succeeds()
  })

  test(`sipp over ${transport}, RFC 3857 §4.7: the presentity hears of a watcher that comes and goes`, async (t) => {
    if (!requireProgram(t, 'sipp')) return
    const alice = await startSipp('watcher-info', 'alice', transport)
    t.after(() => alice.stop())
    await alice.says('listening')
    const bob = start('visage', ['watch', 'alice@localhost', ...visage.as('bob@localhost')])
    t.after(() => bob.stop())
    await alice.says('come')
    await bob.stop()
    await alice.succeeds()
  })
}

interface Sipp {
  /** Waits until the scenario has logged this so many times. */
  says(message: string, times?: number): Promise<void>
  /** Waits for the end; rejects with all that was printed unless every step came as written. */
  succeeds(): Promise<void>
  stop(): Promise<unknown>
}

async function startSipp(
  scenario: string,
  user: string,
  transport: 'udp' | 'tcp',
  calls = 1,
): Promise<Sipp> {
  const file = fileURLToPath(new URL(`sipp/${scenario}.xml`, import.meta.url))
  const name = join(folder, `${scenario}-${transport}`)
  const answer = `[authentication username=${user} password=${PASSWORD}]`
  await writeFile(`${name}.csv`, `SEQUENTIAL\n${user};${answer};alice\n`)
  const port = String(await freePort())
  const child = spawn(
    'sipp',
    [
      ...[`127.0.0.1:${visage.sipPort}`, '-sf', file, '-inf', `${name}.csv`, '-nostdin'],
      ...['-m', String(calls), '-l', String(calls), '-r', '20'],
      ...['-i', '127.0.0.1', '-p', port, '-t', transport === 'udp' ? 'u1' : 't1'],
      ...['-auth_uri', 'alice@localhost', '-timeout', `${PATIENCE}ms`, '-timeout_error'],
      ...['-trace_err', '-error_file', `${name}.errors`],
      ...['-trace_logs', '-log_file', `${name}.log`],
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const running = watchLines(child)
  const closed = once(child, 'close') as Promise<[number | null]>
  const log = () => readFile(`${name}.log`, 'utf8').catch(() => '')
  return {
    says: async (message, times = 1) => {
      const give = Date.now() + PATIENCE
      while ((await log()).split(message).length <= times) {
        if (Date.now() > give || child.exitCode !== null) {
          throw new Error(`${message} was not said ${times} times:\n${running.lines.join('\n')}`)
        }
        await setTimeout(50)
      }
    },
    succeeds: async () => {
      const [code] = await closed
      const errors = await readFile(`${name}.errors`, 'utf8').catch(() => '')
      assert.equal(code, 0, [...running.lines, ...running.errors, errors].join('\n'))
    },
    stop: () => running.stop('SIGKILL'),
  }
}
