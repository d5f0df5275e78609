/** A family of metrics as Prometheus reads it: its name, what it means, and its values. Text exposition format 0.0.4. */
import type { Histogram } from '../../core/model/histogram.ts'

export interface Family {
  /** In base units; a counter's ends in _total. */
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** What several workers make of it. */
  readonly aggregator: 'sum' | 'max' | 'min' | 'first'
  readonly values: readonly Value[]
}

export interface Value {
  readonly value: number
  readonly labels: Labels
  /** Of a part of a histogram. */
  readonly metricName?: string
}

export type Labels = Readonly<Record<string, string | number>>

export function counter(name: string, help: string, values: Iterable<Value> | number): Family {
  return { name, help, type: 'counter', aggregator: 'sum', values: valuesOf(values) }
}

/** `aggregator`: how the values of several workers become one; the sum where nothing else is said. */
export function gauge(
  name: string,
  help: string,
  values: Iterable<Value> | number,
  aggregator: Family['aggregator'] = 'sum',
): Family {
  return { name, help, type: 'gauge', aggregator, values: valuesOf(values) }
}

export function histograms(
  name: string,
  help: string,
  all: Iterable<readonly [labels: Labels, histogram: Histogram]>,
): Family {
  const values = [...all].flatMap(([labels, histogram]) => partsOf(name, labels, histogram))
  return { name, help, type: 'histogram', aggregator: 'sum', values }
}

export function value(labels: Labels, number: number): Value {
  return { labels, value: number }
}

/** One value for each entry, with the key as its label. */
export function* labelled(
  label: string,
  entries: Iterable<readonly [string, number]>,
): Iterable<Value> {
  for (const [name, number] of entries) yield value({ [label]: name }, number)
}

function valuesOf(values: Iterable<Value> | number): readonly Value[] {
  return typeof values === 'number' ? [value({}, values)] : [...values]
}

/** Each bucket counts what is in the smaller ones, too. */
function partsOf(name: string, labels: Labels, { bounds, counts, sum }: Histogram): Value[] {
  let within = 0
  const buckets = [...counts].map((count, place) => {
    within += count
    const le = bounds[place] ?? '+Inf'
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: within }
  })
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: within },
  ]
}
