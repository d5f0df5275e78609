/** npm run soak [SECONDS]: 200 XMPP contacts with three resources each, for ten minutes unless it is said otherwise. */
import { spawnSync } from 'node:child_process'
import { ready } from './ready.mjs'
import { root } from './steps.mjs'

const seconds = Number(process.argv[2] ?? 600)
if (!(seconds > 0)) {
  process.stderr.write('npm run soak [SECONDS]\n')
  process.exit(2)
}
ready()
const flags = ['--import', 'tsx', '--test', `--test-timeout=${(seconds + 120) * 1000}`]
const result = spawnSync(process.execPath, [...flags, 'test/interop/xmpp/load.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, VISAGE_LOAD_SECONDS: String(seconds) },
})
process.exit(result.status ?? 1)
