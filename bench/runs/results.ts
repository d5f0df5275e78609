/** Results of several runs in one JSON file: a later run takes the place of what it has measured again. */
import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { format, resolveConfig } from 'prettier'
import type { Comparison } from '../peers/comparison.ts'
import type { Figure } from './figure.ts'

export interface Results {
  readonly machine: Machine
  readonly figures: readonly Figure[]
  readonly peers: readonly Comparison[]
  /** Further figures by name. */
  readonly values: readonly Value[]
}

interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly node: string
}

/** A figure that is one number. */
export interface Value {
  /** The table that it stands in. */
  readonly group: 'memory' | 'operators'
  readonly name: string
  readonly value: number
  readonly unit: string
  /** At most, or at least; absent: nothing was asked for. */
  readonly allowed?: { readonly atMost: number } | { readonly atLeast: number }
}

const machine = (): Machine => ({
  cpu: cpus()[0]?.model ?? '',
  cores: cpus().length,
  node: process.version,
})

export const NO_RESULTS: Results = { machine: machine(), figures: [], peers: [], values: [] }

export async function readResults(file: string): Promise<Results> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined ? NO_RESULTS : (JSON.parse(text) as Results)
}

export async function writeResults(file: string, results: Results): Promise<void> {
  const style = await resolveConfig(file)
  const text = JSON.stringify(results)
  await writeFile(file, await format(text, { ...style, parser: 'json' }))
}

export function merged(old: Results, fresh: Results): Results {
  return {
    machine: fresh.machine,
    figures: replaced(old.figures, fresh.figures, ({ scenario }) => scenario),
    peers: replaced(old.peers, fresh.peers, ({ scenario }) => scenario),
    values: replaced(old.values, fresh.values, ({ name }) => name),
  }
}

function replaced<T>(old: readonly T[], fresh: readonly T[], name: (one: T) => string): T[] {
  const known = new Map([...old, ...fresh].map((one) => [name(one), one]))
  return [...known.values()]
}
