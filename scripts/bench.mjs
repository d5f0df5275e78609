/** npm run bench: measures the built server; see bench/bench.ts for the flags that may follow `--`. */
import { ready } from './ready.mjs'
import { run } from './steps.mjs'

ready()
run(process.execPath, ['--import', 'tsx', 'bench/bench.ts', ...process.argv.slice(2)])
