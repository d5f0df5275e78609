/** npm start: Visage on its embedded store with two demonstration accounts, from a fresh clone. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ready } from './ready.mjs'
import { root } from './steps.mjs'

ready()
// In this very process, so that Ctrl-C and the exit code are the service's own.
const visage = join(root, 'dist/cli/visage.js')
process.chdir(root)
process.argv = [process.execPath, visage, 'serve', '--demo', ...process.argv.slice(2)]
await import(pathToFileURL(visage).href)
