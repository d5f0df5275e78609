/**
 * npm test [FILE or FOLDER…]: from a fresh clone to the result of every test.
 * With CI=true, or as root with VISAGE_TEST_INSTALL=1, missing programs are installed from Debian.
 */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
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

/** More than these have failed for a reason, not by chance. */
const MOST_AGAIN = 6

ready()
provideTools()
const folder = mkdtempSync(join(tmpdir(), 'visage-tests-'))
process.exitCode = everything(testFiles(process.argv.slice(2)))
rmSync(folder, { recursive: true, force: true })

/**
 * Files that failed beside others run once more, one at a time: on a busy machine real phones and browsers are late.
 * What fails again has failed; what does not is named at the end, since it is a weakness of the test or of Visage.
 */
function everything(files) {
  const { status, failed, skipped } = runTests(files, AT_ONCE)
  const incomplete = skipped > 0 && process.env.CI === 'true'
  if (incomplete || failed.length === 0 || failed.length > MOST_AGAIN) return status
  process.stdout.write(`\nOnce more, one at a time: ${failed.join(', ')}\n`)
  const again = runTests(failed, 1)
  const late = failed.filter((file) => !again.failed.includes(file))
  if (late.length > 0) {
    process.stdout.write(`Failed beside others and passed alone: ${late.join(', ')}\n`)
  }
  return again.status
}

function runTests(files, atOnce) {
  const groups = planProcesses(files)
  const programs = writePrograms(groups)
  const file = join(folder, 'result.json')
  rmSync(file, { force: true })
  const { status } = spawnSync(
    process.execPath,
    [
      '--import',
      'tsx',
      '--test',
      `--test-concurrency=${atOnce}`,
      `--test-timeout=${PROCESS_TIMEOUT_MS}`,
      '--test-reporter=./test/setup/reporter.mjs',
      '--test-reporter-destination=stdout',
      ...programs,
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, VISAGE_TEST_RESULT: file } },
  )
  const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  const { failed, skipped } = result ?? { failed: files, skipped: 0 }
  const filesOf = (name) => groups[programs.indexOf(name)] ?? [name]
  return { status: status ?? 1, failed: [...new Set(failed.flatMap(filesOf))], skipped }
}

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
function writePrograms(groups) {
  return groups.map((group, number) => {
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
