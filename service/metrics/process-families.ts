/** Metrics of the process itself: event loop, memory, collector, as prom-client names them for every Node program. */
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Family } from './family.ts'

/** Nothing is measured before somebody looks for the first time. `worker`: absent where there is only one. */
export function createProcessFamilies(worker: number | undefined): () => Promise<Family[]> {
  let registry: Registry | undefined
  return async () => {
    if (!registry) {
      registry = new Registry()
      collectDefaultMetrics({
        register: registry,
        ...(worker !== undefined && { labels: { worker: String(worker) } }),
      })
    }
    const families = (await registry.getMetricsAsJSON()) as unknown as Family[]
    // Each worker's have its number: there is nothing to make one of.
    return families.map((family) => ({ ...family, aggregator: 'first' }))
  }
}
