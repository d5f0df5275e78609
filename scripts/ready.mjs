/** Brings a clone to the state in which the service can run: dependencies installed, sources compiled. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const rooms = ['core', 'client', 'xcap-server', 'presence-agent', 'cli', 'service']
const page = 'web'

/** Runs a command in the project's folder; what it printed is shown only when it fails. */
export function run(command, args, { quiet = false } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? 'pipe' : 'inherit',
    encoding: 'utf8',
  })
  if (result.status === 0) return
  if (quiet) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
  if (result.error) process.stderr.write(`${command}: ${result.error.message}\n`)
  process.stderr.write(`${command} ${args.join(' ')} failed\n`)
  process.exit(result.status || 1)
}

function newest(folder) {
  let time = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) time = Math.max(time, statSync(join(entry.parentPath, entry.name)).mtimeMs)
  }
  return time
}

const changed = (file) => (existsSync(join(root, file)) ? statSync(join(root, file)).mtimeMs : 0)

export function install() {
  // npm writes this file last, so an interrupted installation is not mistaken for a whole one.
  if (changed('node_modules/.package-lock.json') >= changed('package-lock.json')) return
  process.stderr.write('Installing dependencies…\n')
  run('npm', ['ci', '--no-audit', '--no-fund'], { quiet: true })
}

export function build({ force = false } = {}) {
  const sources = Math.max(
    ...[...rooms, page].map((room) => newest(join(root, room))),
    changed('tsconfig.json'),
    changed('node_modules/.package-lock.json'),
  )
  if (!force && changed('dist/.built') > sources) return
  process.stderr.write('Building…\n')
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'])
  run(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', '--config', 'web/vite.config.ts'],
    {
      quiet: true,
    },
  )
  copyAssets()
}

/** What is not TypeScript but read at run time (schemas) goes beside the code that reads it. */
function copyAssets() {
  for (const room of rooms) {
    cpSync(join(root, room), join(root, 'dist', room), {
      recursive: true,
      filter: (file) => !/\.tsx?$|[/\\](dist|browser|package\.json)$/.test(file),
    })
  }
  writeFileSync(join(root, 'dist/.built'), '')
}

export function ready() {
  install()
  build()
}
