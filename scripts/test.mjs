/**
 * npm test [FILE or FOLDER…]: from a fresh clone to the result of every test.
 * With CI=true, or as root with VISAGE_TEST_INSTALL=1, missing programs are installed from Debian.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { installPackages, missingPrograms, packageOf } from '../test/setup/debian-tools.mjs'
import { planProcesses, programOf } from '../test/setup/plan.mjs'
import { ready } from './ready.mjs'
import { root } from './steps.mjs'

/** A process that does not end is a failed one; its files have limits of their own. */
const PROCESS_TIMEOUT_MS = 300_000
/** Two even on one core: many wait. With more than there are cores, browsers and phones are late, and tests with them. */
const AT_ONCE = Math.max(2, Math.min(4, availableParallelism()))

ready()
provideTools()
const folder = mkdtempSync(join(tmpdir(), 'visage-tests-'))
const result = spawnSync(
  process.execPath,
  [
    '--import',
    'tsx',
    '--test',
    `--test-concurrency=${AT_ONCE}`,
    `--test-timeout=${PROCESS_TIMEOUT_MS}`,
    '--test-reporter=./test/setup/reporter.mjs',
    '--test-reporter-destination=stdout',
    ...writePrograms(testFiles(process.argv.slice(2))),
  ],
  { cwd: root, stdio: 'inherit' },
)
rmSync(folder, { recursive: true, force: true })
process.exit(result.status ?? 1)

function provideTools() {
  const missing = missingPrograms()
  if (missing.length === 0) return
  const wanted = process.env.CI === 'true' || process.env.VISAGE_TEST_INSTALL === '1'
  if (!wanted || process.getuid?.() !== 0) {
    process.stderr.write(
      `Not installed, so the tests that need them are skipped: ${missing.join(', ')}` +
        ` (as root, VISAGE_TEST_INSTALL=1 installs them)\n`,
    )
    return
  }
  const packages = missing.map((program) => packageOf[program])
  process.stderr.write(`Installing ${packages.join(', ')}…\n`)
  try {
    installPackages(packages)
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}

/** The runner starts a process for each file that it is given, in the order of their names. */
function writePrograms(files) {
  return planProcesses(files).map((group, number) => {
    const program = join(folder, `${String(number).padStart(3, '0')}.mjs`)
    writeFileSync(program, programOf(group, root))
    return program
  })
}

/** Node 20 expands no patterns, so the files are listed. */
function testFiles(wanted) {
  const places = wanted.length > 0 ? wanted : ['test']
  const files = places.flatMap((place) => testsBelow(resolve(root, place)))
  if (files.length > 0) return [...new Set(files)].sort()
  process.stderr.write(`No tests in ${places.join(', ')}\n`)
  process.exit(1)
}

function testsBelow(place) {
  if (statSync(place, { throwIfNoEntry: false })?.isFile()) return [relative(root, place)]
  if (!statSync(place, { throwIfNoEntry: false })) return []
  return readdirSync(place, { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => relative(root, join(place, name)))
}
