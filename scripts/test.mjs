/**
 * npm test [FILE or FOLDER…]: from a fresh clone to the result of every test.
 * With CI=true, or as root with VISAGE_TEST_INSTALL=1, missing programs are installed from Debian.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { installPackages, missingPrograms, packageOf } from '../test/setup/debian-tools.mjs'
import { ready } from './ready.mjs'
import { root } from './steps.mjs'

/** A test that hangs is a failed one. */
const TEST_TIMEOUT_MS = 180_000

ready()
provideTools()
const result = spawnSync(
  process.execPath,
  [
    '--import',
    'tsx',
    '--test',
    `--test-concurrency=${Math.max(2, Math.min(4, availableParallelism()))}`,
    `--test-timeout=${TEST_TIMEOUT_MS}`,
    '--test-reporter=./test/setup/reporter.mjs',
    '--test-reporter-destination=stdout',
    ...testFiles(process.argv.slice(2)),
  ],
  { cwd: root, stdio: 'inherit' },
)
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
