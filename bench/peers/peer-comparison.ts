/** npm run bench -- --peers: the same load against Visage and its peers, alternating, several rounds. */
import { medianFigure, type Figure } from '../runs/figure.ts'
import type { Wanted } from '../runs/scenario-run.ts'
import { iconScenarios } from '../scenarios/http.ts'
import { basicScenarios } from '../scenarios/presence.ts'
import type { Comparison } from './comparison.ts'
import { iconContestants, presenceContestants, type Contestant } from './contestants.ts'
import { kamailioMissing, nginxMissing } from './missing-programs.ts'

/** A peer that is not installed is named on standard error, and its scenarios are left out. */
export async function comparePeers(wanted: Wanted): Promise<Comparison[]> {
  return [
    ...(await compareIn(basicScenarios(wanted.seconds), presenceContestants, {
      ...wanted,
      missing: kamailioMissing(),
    })),
    ...(await compareIn(iconScenarios, iconContestants, { ...wanted, missing: nginxMissing() })),
  ]
}

async function compareIn<Scenario extends { readonly name: string }>(
  scenarios: readonly Scenario[],
  contestants: readonly Contestant<Scenario>[],
  { seconds, rounds, only, missing }: Wanted & { missing: string | undefined },
): Promise<Comparison[]> {
  if (missing !== undefined) {
    process.stderr.write(`${missing}\n`)
    return []
  }
  const comparisons: Comparison[] = []
  for (const scenario of scenarios.filter(({ name }) => name.includes(only))) {
    const measured = contestants.map(({ name }) => ({ name, figures: [] as Figure[] }))
    for (let round = 1; round <= rounds; round++) {
      for (const [number, { name, run }] of contestants.entries()) {
        process.stderr.write(`${scenario.name}, ${round} of ${rounds}: ${name}…\n`)
        measured[number]!.figures.push(await run(scenario, seconds))
      }
    }
    const medians = measured.map(({ name, figures }) => ({ name, figure: medianFigure(figures) }))
    comparisons.push({ scenario: scenario.name, contestants: medians })
  }
  return comparisons
}
