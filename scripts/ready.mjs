/** Brings a clone to the state in which the service can run: dependencies installed, sources compiled. */
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compressPage } from './compress-page.mjs'
import { changed, newest, root, run } from './steps.mjs'

const rooms = ['core', 'client', 'xcap-server', 'presence-agent', 'xmpp-gateway', 'cli', 'service']
const page = 'web'

export function install() {
  // npm writes this file last, so an interrupted installation is not mistaken for a whole one.
  if (changed('node_modules/.package-lock.json') >= changed('package-lock.json')) return
  process.stderr.write('Installing dependencies…\n')
  run('npm', ['ci', '--no-audit', '--no-fund'], { quiet: true })
}

export function build({ force = false } = {}) {
  const sources = Math.max(
    ...[...rooms, page].map(newest),
    changed('tsconfig.json'),
    changed('node_modules/.package-lock.json'),
  )
  const built = Math.min(changed('dist/.built'), changed('client/dist/visage-client.js'))
  if (!force && built > sources) return
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
  compressPage(join(root, 'dist/page'))
  // In a process of its own: it imports what a fresh clone has not installed yet.
  run(process.execPath, ['scripts/client-package.mjs'])
  copyAssets()
}

/** What is not TypeScript but read at run time (schemas) goes beside the code that reads it. */
function copyAssets() {
  for (const room of rooms) {
    cpSync(join(root, room), join(root, 'dist', room), {
      recursive: true,
      filter: (file) => !/\.tsx?$|[/\\](dist|browser|LICENSE|README\.md|[\w.]+\.json)$/.test(file),
    })
  }
  writeFileSync(join(root, 'dist/.built'), '')
}

export function ready() {
  install()
  build()
}
