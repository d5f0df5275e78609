/** All scenarios, one after the other, each as often as rounds are asked for. */
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

/** A scenario that fails is named on standard error and left out. */
export async function runScenarios(wanted: Wanted): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const job of jobs(wanted.seconds)) {
    if (!job.name.includes(wanted.only)) continue
    const figure = await repeated(job, wanted.rounds).catch((error: unknown) => {
      process.stderr.write(`${job.name} failed: ${String(error)}\n`)
      process.exitCode = 1
    })
    if (figure) figures.push(figure)
  }
  return figures
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

async function repeated({ name, run }: Job, rounds: number): Promise<Figure> {
  const figures: Figure[] = []
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(rounds > 1 ? `${name}, ${round} of ${rounds}…\n` : `${name}…\n`)
    figures.push(await run())
  }
  return medianFigure(figures)
}
