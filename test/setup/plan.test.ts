/** How test files are put into processes: none is lost, each fails by itself, and what must be alone is. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { planProcesses, programOf } from './plan.mjs'

const some = (folder: string, count: number) =>
  Array.from({ length: count }, (_, number) => `${folder}/${String(number + 10)}.test.ts`)
const plain = () => ''

test('every file is in one process, and only those of a folder share it', () => {
  const files = [...some('test/uri', 3), ...some('test/model', 19), ...some('test/browser', 4)]
  const plan = planProcesses(files, plain)
  assert.deepEqual(plan.flat().sort(), files.toSorted())
  for (const group of plan)
    assert.equal(new Set(group.map((file) => file.replace(/[^/]*$/, ''))).size, 1)
  assert.deepEqual(
    plan.map(({ length }) => length),
    [1, 1, 1, 1, 7, 7, 5, 3],
  )
})

test('what starts servers and browsers is first', () => {
  const files = ['test/uri/a.test.ts', 'test/flow/a.test.ts', 'test/interop/xmpp/load.test.ts']
  assert.deepEqual(planProcesses(files, plain).flat(), files.toReversed())
})

test('a file that measures the memory of its process has one of its own', () => {
  const files = some('test/presence', 3)
  const read = (file: string) => (file === files[1] ? 'process.memoryUsage()' : '')
  assert.deepEqual(planProcesses(files, read), [[files[0], files[2]], [files[1]]])
})

async function runTogether(t: TestContext, texts: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'visage-plan-'))
  t.after(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text)
  const program = join(folder, 'program.mjs')
  await writeFile(program, programOf(Object.keys(texts), folder))
  // Without these the runner takes itself for a child of the one that runs these tests, and tells its result in its place.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined, VISAGE_TEST_RESULT: undefined }
  const reporter = new URL('reporter.mjs', import.meta.url).href
  const flags = ['--test', `--test-reporter=${reporter}`, '--test-reporter-destination=stdout']
  const { status, stdout } = spawnSync(process.execPath, [...flags, program], { env })
  return { status, report: stdout.toString() }
}

const IMPORT = `import { before, beforeEach, after, test } from 'node:test'\n`

test('hooks of a file are for its tests alone', async (t) => {
  const { status, report } = await runTogether(t, {
    'a.mjs': `${IMPORT}before(() => { globalThis.a = true }); beforeEach(() => { globalThis.each = (globalThis.each ?? 0) + 1 })
      after(() => { globalThis.a = false }); test('in a', () => { if (!globalThis.a) throw new Error() })`,
    'b.mjs': `${IMPORT}test('in b', () => { if (globalThis.a !== false || globalThis.each !== 1) throw new Error() })`,
  })
  assert.equal(status, 0, report)
  assert.match(report, /2 passed, 0 failed, 0 skipped/)
})

test('a file that cannot be loaded is a failure of its own', async (t) => {
  const { status, report } = await runTogether(t, {
    'a.mjs': `throw new Error('not to be loaded')`,
    'b.mjs': `${IMPORT}test('in b', () => undefined)`,
  })
  assert.equal(status, 1, report)
  assert.match(report, /not to be loaded/)
  assert.match(report, /1 passed, 1 failed, 0 skipped/)
})

test('a test that fails is counted once, and the next file is run', async (t) => {
  const { status, report } = await runTogether(t, {
    'a.mjs': `${IMPORT}test('in a', () => { throw new Error() })`,
    'b.mjs': `${IMPORT}test('in b', () => undefined)`,
  })
  assert.equal(status, 1, report)
  assert.match(report, /1 passed, 1 failed, 0 skipped/)
})
