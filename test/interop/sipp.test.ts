/** sipp plays publishers and watchers by scenario; its exit code says whether every step came as written. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.ts'
import { requireProgram } from '../support/programs.ts'
import { PASSWORD, startVisage, watchLines, type VisageProcess } from '../support/visage-process.ts'

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
      const { code, output } = await sipp(scenario, user, transport)
      assert.equal(code, 0, output)
    })
  }
}

async function sipp(
  scenario: string,
  user: string,
  transport: 'udp' | 'tcp',
): Promise<{ code: number | null; output: string }> {
  const file = fileURLToPath(new URL(`sipp/${scenario}.xml`, import.meta.url))
  const fields = join(folder, `${scenario}-${transport}.csv`)
  const answer = `[authentication username=${user} password=${PASSWORD}]`
  await writeFile(fields, `SEQUENTIAL\n${user};${answer};alice\n`)
  const child = spawn(
    'sipp',
    [
      ...[`127.0.0.1:${visage.sipPort}`, '-sf', file, '-inf', fields, '-m', '1', '-nostdin'],
      ...[
        '-i',
        '127.0.0.1',
        '-p',
        String(await freePort()),
        '-t',
        transport === 'udp' ? 'u1' : 't1',
      ],
      ...['-auth_uri', 'alice@localhost', '-timeout', '20s', '-timeout_error', '-trace_err'],
      ...['-error_file', join(folder, `${scenario}-${transport}.log`)],
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const running = watchLines(child)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output: [...running.lines, ...running.errors].join('\n') }
}
