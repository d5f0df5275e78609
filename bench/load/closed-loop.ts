/** A closed loop: a window of operations is kept outstanding, each starts when another has ended. */
import { createLatencies, type Percentiles } from './latencies.ts'

export interface Measured extends Percentiles {
  readonly operations: number
  readonly seconds: number
}

/** Begins one operation and says when it has ended. */
export type Operation = (ended: () => void) => void

/** Either a number of operations or a number of seconds in which new ones are begun. */
export type Length = { readonly count: number } | { readonly seconds: number }

export function closedLoop(
  window: number,
  length: Length,
  operation: Operation,
): Promise<Measured> {
  const latencies = createLatencies()
  const began = performance.now()
  const wanted = 'count' in length ? length.count : Infinity
  const until = 'seconds' in length ? began + length.seconds * 1000 : Infinity
  let started = 0
  let running = 0
  let operations = 0
  return new Promise((resolve) => {
    const begin = () => {
      const start = performance.now()
      started++
      running++
      operation(() => {
        latencies.add(performance.now() - start)
        running--
        operations++
        fill()
      })
    }
    const fill = () => {
      while (running < window && started < wanted && performance.now() < until) begin()
      if (running > 0) return
      resolve({
        ...latencies.percentiles(),
        operations,
        seconds: (performance.now() - began) / 1000,
      })
    }
    fill()
  })
}
