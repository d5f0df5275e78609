/** All scenarios, one after the other, as often as rounds are asked for. */
import { documentScenarios, iconScenarios } from '../scenarios/http.ts'
import { presenceScenarios } from '../scenarios/presence.ts'
import { medianFigure, type Figure } from './figure.ts'
import { runDocument, runIcon } from './http-run.ts'
import { runPresence } from './presence-run.ts'

interface Job {
  readonly name: string
  readonly run: () => Promise<Figure>
}

export interface Wanted {
  /** How long each scenario is measured. */
  readonly seconds: number
  readonly rounds: number
  /** Only scenarios whose name holds this text. */
  readonly only: string
}

/** A scenario that fails is named on standard error and left out of its round. */
export async function runScenarios({ seconds, rounds, only }: Wanted): Promise<Figure[]> {
  const wanted = jobs(seconds).filter(({ name }) => name.includes(only))
  const measured = new Map(wanted.map(({ name }) => [name, [] as Figure[]]))
  // Round by round, so that what disturbs for a while does not disturb all rounds of one scenario.
  for (let round = 1; round <= rounds; round++) {
    for (const { name, run } of wanted) {
      process.stderr.write(rounds > 1 ? `${name}, ${round} of ${rounds}…\n` : `${name}…\n`)
      try {
        measured.get(name)?.push(await run())
      } catch (error) {
        process.stderr.write(`${name} failed: ${String(error)}\n`)
        process.exitCode = 1
      }
    }
  }
  return [...measured.values()].filter((figures) => figures.length > 0).map(medianFigure)
}

function jobs(seconds: number): Job[] {
  return [
    ...presenceScenarios(seconds).map((one) => ({
      name: one.name,
      run: () => runPresence(one, seconds),
    })),
    ...iconScenarios.map((one) => ({ name: one.name, run: () => runIcon(one, seconds) })),
    ...documentScenarios.map((one) => ({ name: one.name, run: () => runDocument(one, seconds) })),
  ]
}
