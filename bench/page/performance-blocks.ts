/** The tables of docs/performance.md. */
import { timesVisage } from '../peers/comparison.ts'
import type { Figure } from '../runs/figure.ts'
import type { Results, Value } from '../runs/results.ts'
import { differences } from './differences.ts'
import { markdownTable } from './marked-text.ts'
import { percent, shown } from './numbers.ts'

export function performanceBlocks(results: Results): Record<string, string> {
  const { machine, figures, values } = results
  return {
    machine: `A virtual machine with ${machine.cores} cores (${machine.cpu}), Node.js ${machine.node.slice(1)}.`,
    targets: targetTable(figures.filter(({ allowed }) => allowed)),
    settings: differenceTable(figures),
    all: figureTable(figures),
    peers: peerTable(results),
    memory: valueTable(values.filter(({ group }) => group === 'memory')),
    operators: valueTable(values.filter(({ group }) => group === 'operators')),
  }
}

function targetTable(figures: readonly Figure[]): string {
  const rows = figures.flatMap((figure) => judged(figure))
  return markdownTable(['Scenario', ' measured', ' asked for', ''], rows)
}

const JUDGED = [
  ['cpuMicroseconds', 'µs CPU', 'atMost'],
  ['perSecond', 'a second', 'atLeast'],
  ['p50', 'ms at the median', 'atMost'],
  ['p999', 'ms at p99.9', 'atMost'],
] as const

function judged(figure: Figure): string[][] {
  return JUDGED.flatMap(([name, unit, bound]) => {
    const limit = figure.allowed?.[name]
    if (limit === undefined) return []
    return [boundRow(figure.scenario, figure[name], { unit, bound, limit })]
  })
}

interface Bound {
  readonly unit: string
  readonly bound: 'atMost' | 'atLeast'
  readonly limit: number
}

function boundRow(name: string, value: number, { unit, bound, limit }: Bound): string[] {
  const met = bound === 'atMost' ? value <= limit : value >= limit
  const asked = `${bound === 'atMost' ? '≤' : '≥'} ${limit.toLocaleString('en')}`
  return [name, `${shown(value)} ${unit}`, asked, met ? 'met' : '**not met**']
}

function differenceTable(figures: readonly Figure[]): string {
  const rows = differences(figures).map(({ scenario, plain, changed, shownAs, allowed, met }) => [
    scenario,
    shown(plain),
    shown(changed),
    shownAs,
    allowed,
    met === undefined ? '' : met ? 'met' : '**not met**',
  ])
  const titles = ['Scenario', ' plain, µs', ' so, µs', ' difference', ' asked for', '']
  return markdownTable(titles, rows)
}

const FIGURE_TITLES = [
  'Scenario',
  ' per second',
  ' CPU µs',
  ' p50 ms',
  ' p99 ms',
  ' p99.9 ms',
  ' MiB',
  ' server',
  ' generator',
]

function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((one) => [
    one.scenario,
    shown(one.perSecond),
    shown(one.cpuMicroseconds),
    ...[one.p50, one.p99, one.p999, one.residentMiB].map(shown),
    percent(one.serverLoad),
    percent(one.generatorLoad),
  ])
  return markdownTable(FIGURE_TITLES, rows)
}

const PEER_TITLES = ['Scenario', '', ' CPU µs', ' × Visage', ' per second', ' server', ' generator']

function peerTable({ peers }: Results): string {
  const rows = peers.flatMap((comparison) =>
    comparison.contestants.map(({ name, figure }, place) => [
      place === 0 ? comparison.scenario : '',
      name,
      shown(figure.cpuMicroseconds),
      timesVisage(comparison, figure).toFixed(2),
      shown(figure.perSecond),
      percent(figure.serverLoad),
      percent(figure.generatorLoad),
    ]),
  )
  return markdownTable(PEER_TITLES, rows)
}

function valueTable(values: readonly Value[]): string {
  const rows = values.map(({ name, value, unit, allowed }) => {
    if (!allowed) return [name, `${shown(value)} ${unit}`, '', '']
    const [bound, limit] = Object.entries(allowed)[0] as [Bound['bound'], number]
    return boundRow(name, value, { unit, bound, limit })
  })
  return markdownTable(['What', ' measured', ' asked for', ''], rows)
}
