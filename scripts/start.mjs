/** npm start: Visage on its embedded store with two demonstration accounts, from a fresh clone. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ready, root } from './ready.mjs'

ready()
const visage = spawn(
  process.execPath,
  [join(root, 'dist/cli/visage.js'), 'serve', '--demo', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
)
// The terminal sends Ctrl-C to the whole group: the service stops by itself and its exit code is ours.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => visage.kill('SIGTERM'))
visage.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 0 : 1)))
