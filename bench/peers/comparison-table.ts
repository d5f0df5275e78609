/** A comparison as a table for people. */
import { textTable } from '../runs/report.ts'
import { timesVisage, type Comparison } from './comparison.ts'

const TITLES = ['', 'CPU µs', '× Visage', 'per second', 'server', 'generator', 'its µs']

export function comparisonTable(comparison: Comparison): string {
  const rows = comparison.contestants.map(({ name, figure }) => [
    name,
    figure.cpuMicroseconds.toFixed(1),
    timesVisage(comparison, figure).toFixed(2),
    Math.round(figure.perSecond).toLocaleString('en'),
    ...[figure.serverLoad, figure.generatorLoad].map((load) => `${Math.round(load * 100)} %`),
    figure.generatorMicroseconds.toFixed(1),
  ])
  return `${comparison.scenario}\n${textTable(TITLES, rows)}`
}
