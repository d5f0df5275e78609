/** npm run bench: what the server costs under load from a process of its own, on loopback. */
import { parseArgs } from 'node:util'
import { figureTable, valueTable } from './runs/report.ts'
import { merged, NO_RESULTS, readResults, writeResults, type Value } from './runs/results.ts'
import { runScenarios } from './runs/scenario-run.ts'
import { heapPerSubscription } from './runs/subscription-memory.ts'
import { memoryScenarios } from './scenarios/memory.ts'

const { values: options } = parseArgs({
  options: {
    /** How long each scenario is measured. */
    seconds: { type: 'string', default: '5' },
    /** How often; the medians count. */
    rounds: { type: 'string', default: '1' },
    /** Runs only the scenarios whose name holds this text. */
    only: { type: 'string', default: '' },
    /** Writes the results to a file, beside what is there of other scenarios. */
    json: { type: 'string' },
  },
})
const wanted = {
  seconds: Number(options.seconds),
  rounds: Number(options.rounds),
  only: options.only,
}

function memoryValues(): Value[] {
  return memoryScenarios
    .filter(({ name }) => name.includes(wanted.only))
    .map(({ name, subscriptions, allowedBytes }) => {
      const value = heapPerSubscription(subscriptions)
      return { name, value, unit: 'bytes', allowed: { atMost: allowedBytes } }
    })
}

const figures = await runScenarios(wanted)
const values = memoryValues()
const results = { ...NO_RESULTS, figures, values }
if (figures.length > 0) process.stdout.write(`${figureTable(figures)}\n`)
if (values.length > 0) process.stdout.write(`${valueTable(values)}\n`)
process.stdout.write(`\n${JSON.stringify(results)}\n`)
if (options.json) {
  await writeResults(options.json, merged(await readResults(options.json), results))
}
