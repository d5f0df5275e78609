/** What `visage top` prints: a table, the most costly first. */
import type { CostRow } from '../../service/administration/top-operations.ts'
import type { CostName } from '../../service/top/cost.ts'
import { printable } from '../printable.ts'

export interface TopTable {
  /** Seconds. */
  readonly counted: number
  readonly rows: readonly CostRow[]
}

const TITLES: Readonly<Record<CostName, string>> = {
  requests: 'requests',
  notifies: 'NOTIFYs',
  icons: 'icons',
  refused: 'refused',
  bytesIn: 'in',
  bytesOut: 'out',
}
const COLUMNS = Object.keys(TITLES) as CostName[]
const COLUMN = 10

/** `width` and `height`: of the terminal, in characters. */
export function topText(
  { counted, rows }: TopTable,
  { by, width, height }: { readonly by: CostName; readonly width: number; readonly height: number },
): string {
  const shown = rows.slice(0, Math.max(0, height - 3))
  const titles = COLUMNS.map((name) => `${TITLES[name]}${name === by ? '*' : ''}`.padStart(COLUMN))
  const lines = [
    `who costs most, of the last ${Math.round(counted)} s`,
    `${titles.join('')}  account or source`,
    ...shown.map(
      (row) => `${COLUMNS.map((name) => cell(name, row)).join('')}  ${printable(row.name)}`,
    ),
    ...(shown.length === 0 ? ['nobody has asked for anything yet'] : []),
  ]
  return lines.map((line) => `${line.slice(0, width)}\n`).join('')
}

function cell(name: CostName, row: CostRow): string {
  const text = name.startsWith('bytes') ? size(row[name]) : String(row[name])
  return text.padStart(COLUMN)
}

const UNITS = ['', ' KiB', ' MiB', ' GiB'] as const

function size(bytes: number): string {
  let [number, unit] = [bytes, 0]
  while (number >= 1024 && unit < UNITS.length - 1) [number, unit] = [number / 1024, unit + 1]
  return `${unit === 0 ? number : number.toFixed(1)}${UNITS[unit] ?? ''}`
}
