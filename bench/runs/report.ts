/** Figures as a table for people. */
import type { Figure } from './figure.ts'
import type { Value } from './results.ts'

const percent = (part: number) => `${(part * 100).toFixed(0)} %`

const COLUMNS: readonly [string, (figure: Figure) => string][] = [
  ['scenario', (one) => one.scenario],
  ['per second', (one) => count(one.perSecond) + bound('≥', one.allowed?.perSecond)],
  ['CPU µs', (one) => one.cpuMicroseconds.toFixed(1) + bound('≤', one.allowed?.cpuMicroseconds)],
  ['p50 ms', (one) => one.p50.toFixed(2) + bound('≤', one.allowed?.p50)],
  ['p99 ms', (one) => one.p99.toFixed(2)],
  ['p99.9 ms', (one) => one.p999.toFixed(2) + bound('≤', one.allowed?.p999)],
  ['MiB', (one) => one.residentMiB.toFixed(0)],
  ['server', (one) => percent(one.serverLoad)],
  ['generator', (one) => percent(one.generatorLoad)],
  ['its µs', (one) => one.generatorMicroseconds.toFixed(1)],
  ['resent', (one) => String(one.retransmissions)],
]

const count = (number: number) => Math.round(number).toLocaleString('en')

const bound = (sign: string, limit?: number) =>
  limit === undefined ? '' : ` (${sign} ${limit.toLocaleString('en')})`

export function figureTable(figures: readonly Figure[]): string {
  return textTable(
    COLUMNS.map(([title]) => title),
    figures.map((one) => COLUMNS.map(([, show]) => show(one))),
  )
}

/** The first column to the left, the others to the right. */
export function textTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [titles, ...rows]
  const widths = titles.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const aligned = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)
  return all.map((row) => row.map(aligned).join('  ').trimEnd()).join('\n')
}

export function valueTable(values: readonly Value[]): string {
  const rows = values.map((one) => [one.name, `${one.value.toLocaleString('en')} ${one.unit}`])
  return textTable(['what', 'measured'], rows)
}
