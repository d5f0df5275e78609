/** One measured scenario. */
export interface Figure {
  readonly scenario: string
  readonly perSecond: number
  /** Server CPU, µs an operation (a NOTIFY in the fan-out). */
  readonly cpuMicroseconds: number
  /** The generator's CPU for the same, µs. */
  readonly generatorMicroseconds: number
  /** For the same, both ways: messages, and bytes of their text. */
  readonly messages: number
  readonly bytes: number
  readonly allowed?: Allowed
  /** Milliseconds, all three. */
  readonly p50: number
  readonly p99: number
  readonly p999: number
  /** Server, all of its processes, at the end of the scenario. */
  readonly residentMiB: number
  /** Cores that the server and the generator used. */
  readonly serverLoad: number
  readonly generatorLoad: number
  readonly retransmissions: number
}

/** What the design, or the issue, asks for. */
export interface Allowed {
  /** Server CPU, at most. */
  readonly cpuMicroseconds?: number
  readonly perSecond?: number
  /** Milliseconds. */
  readonly p50?: number
  readonly p999?: number
}

const MEASURED = [
  'perSecond',
  'cpuMicroseconds',
  'generatorMicroseconds',
  'messages',
  'bytes',
  'p50',
  'p99',
  'p999',
  'residentMiB',
  'serverLoad',
  'generatorLoad',
  'retransmissions',
] as const

/** Number by number, over rounds of the same scenario. */
export function medianFigure(rounds: readonly Figure[]): Figure {
  const [first] = rounds
  if (!first) throw new Error('no round')
  const medians = MEASURED.map((name) => [name, median(rounds.map((one) => one[name]))])
  return { ...first, ...(Object.fromEntries(medians) as Pick<Figure, (typeof MEASURED)[number]>) }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[sorted.length % 2 ? middle : middle - 1], sorted[middle]]
  return ((low ?? NaN) + (high ?? NaN)) / 2
}
