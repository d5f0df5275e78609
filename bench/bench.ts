/** npm run bench: what the server costs under load from a process of its own, on loopback. */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { operatorValues } from './operators/operator-values.ts'
import { scalingBlocks } from './page/scaling-blocks.ts'
import { figureTable, valueTable } from './runs/report.ts'
import { writePages } from './page/write-pages.ts'
import { comparisonTable } from './peers/comparison-table.ts'
import { comparePeers } from './peers/peer-comparison.ts'
import {
  merged,
  NO_RESULTS,
  readResults,
  writeResults,
  type Results,
  type Value,
} from './runs/results.ts'
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
    /** Compares with Kamailio and nginx instead. */
    peers: { type: 'boolean', default: false },
    /** Measures what operators ask for instead. */
    operators: { type: 'boolean', default: false },
    /** Prints the cost model of docs/scaling.md over the results that were measured last. */
    model: { type: 'boolean', default: false },
    /** Writes docs/performance.md and docs/scaling.md from the results in this file, and measures nothing. */
    page: { type: 'string' },
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
      return { group: 'memory', name, value, unit: 'bytes', allowed: { atMost: allowedBytes } }
    })
}

/** Those that the pages show. */
const RESULTS = fileURLToPath(new URL('../docs/performance.json', import.meta.url))

async function results(): Promise<Results> {
  if (options.peers) return { ...NO_RESULTS, peers: await comparePeers(wanted) }
  if (options.operators) return { ...NO_RESULTS, values: await operatorValues(wanted) }
  return { ...NO_RESULTS, figures: await runScenarios(wanted), values: memoryValues() }
}

function printed({ figures, peers, values }: Results): string {
  return [
    ...(figures.length > 0 ? [figureTable(figures)] : []),
    ...peers.map(comparisonTable),
    ...(values.length > 0 ? [valueTable(values)] : []),
  ].join('\n\n')
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

async function measureAll(): Promise<void> {
  const fresh = await results()
  process.stdout.write(`${printed(fresh)}\n\n${JSON.stringify(fresh)}\n`)
  if (options.json === undefined) return
  await writeResults(options.json, merged(await readResults(options.json), fresh))
}

async function printModel(): Promise<void> {
  const blocks = scalingBlocks(await readResults(options.json ?? RESULTS))
  process.stdout.write(`${Object.values(blocks).join('\n\n')}\n`)
}

if (options.model) await printModel()
else if (options.page !== undefined) await writePages(await readResults(options.page))
else await measureAll()
