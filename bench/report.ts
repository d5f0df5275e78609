/** The figures as a table for people and as JSON for programs. */
import type { Allowed } from './scenarios.ts'

export interface Figure {
  readonly scenario: string
  readonly perSecond: number
  /** Server CPU, µs an operation (a NOTIFY in the fan-out). */
  readonly cpuMicroseconds: number
  /** Server CPU allowed by the design, µs; absent: none was set. */
  readonly target?: number
  /** Latencies that are allowed; absent: none was set. */
  readonly allowed?: Allowed
  /** Milliseconds, all three. */
  readonly p50: number
  readonly p99: number
  readonly p999: number
  /** Server, at the end of the scenario. */
  readonly residentMiB: number
  /** Part of one core that the server and the generator used. */
  readonly serverLoad: number
  readonly generatorLoad: number
  readonly retransmissions: number
}

const COLUMNS: readonly [string, (figure: Figure) => string][] = [
  ['scenario', (one) => one.scenario],
  ['per second', (one) => Math.round(one.perSecond).toLocaleString('en')],
  ['CPU µs', (one) => one.cpuMicroseconds.toFixed(1)],
  ['target', (one) => (one.target === undefined ? '' : `≤ ${one.target}`)],
  ['p50 ms', (one) => latency(one.p50, one.allowed?.p50)],
  ['p99 ms', (one) => latency(one.p99)],
  ['p99.9 ms', (one) => latency(one.p999, one.allowed?.p999)],
  ['MiB', (one) => one.residentMiB.toFixed(0)],
  ['server', (one) => `${(one.serverLoad * 100).toFixed(0)} %`],
  ['generator', (one) => `${(one.generatorLoad * 100).toFixed(0)} %`],
  ['resent', (one) => String(one.retransmissions)],
]

function latency(milliseconds: number, allowed?: number): string {
  return `${milliseconds.toFixed(2)}${allowed === undefined ? '' : ` (≤ ${allowed})`}`
}

export function table(figures: readonly Figure[]): string {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...figures.map((one) => COLUMNS.map(([, show]) => show(one))),
  ]
  const widths = COLUMNS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n')
}
