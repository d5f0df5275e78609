/** An open loop: operations begin at a fixed rate, whether or not earlier ones have ended. */
import type { Measured, Operation } from './closed-loop.ts'
import { createLatencies } from './latencies.ts'

/** Latencies count from when an operation was due, so that a stall is seen by all who waited for it. */
export function openLoop(rate: number, seconds: number, operation: Operation): Promise<Measured> {
  const latencies = createLatencies()
  const wanted = Math.round(rate * seconds)
  const began = performance.now()
  let started = 0
  let operations = 0
  return new Promise((resolve) => {
    const ended = (due: number) => {
      latencies.add(performance.now() - due)
      if (++operations < wanted) return
      const passed = (performance.now() - began) / 1000
      resolve({ ...latencies.percentiles(), operations, seconds: passed })
    }
    const timer = setInterval(() => {
      const now = performance.now()
      for (let due = began; started < wanted; started++) {
        due = began + (started / rate) * 1000
        if (due > now) return
        operation(() => {
          ended(due)
        })
      }
      clearInterval(timer)
    }, 1)
  })
}
