/** Store latency: how long reads, writes and batches of event state take, on whichever engine. What a cache answers at once is not in it. */
import { createHistogram, type Histogram } from '../../core/model/histogram.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'

export interface StoreLatency {
  readonly read: Histogram
  readonly write: Histogram
  readonly eventState: Histogram
}

export function createStoreLatency(): StoreLatency {
  return { read: createHistogram(), write: createHistogram(), eventState: createHistogram() }
}

/** The same store, which tells how long it took. */
export function timedStore<Store extends OpenedStore>(store: Store, latency: StoreLatency): Store {
  const { read, write, eventState } = latency
  return {
    ...store,
    documents: timed(store.documents, {
      ...of(read, ['metadata', 'get', 'list', 'currentIcon', 'iconByToken', 'image']),
      ...of(write, ['put', 'delete']),
    }),
    accounts: timed(store.accounts, {
      ...of(read, ['find', 'findByUsername', 'isEmpty']),
      ...of(write, ['put', 'remove']),
    }),
    sessions: timed(store.sessions, {
      ...of(read, ['find', 'ofAccount']),
      ...of(write, ['add', 'prolong', 'remove']),
    }),
    eventState: timed(store.eventState, of(eventState, ['write'])),
  }
}

type Timings = Readonly<Record<string, Histogram>>

function of(histogram: Histogram, methods: readonly string[]): Timings {
  return Object.fromEntries(methods.map((method) => [method, histogram]))
}

function timed<Part extends object>(part: Part, timings: Timings): Part {
  const methods = Object.entries(timings).map(([name, histogram]) => {
    const method = (part as Record<string, unknown>)[name]
    return [name, timedMethod(part, method as Method, histogram)]
  })
  return { ...part, ...(Object.fromEntries(methods) as Partial<Part>) }
}

type Method = (...given: unknown[]) => unknown

function timedMethod(part: object, method: Method, histogram: Histogram): Method {
  return (...given) => {
    const result: unknown = method.apply(part, given)
    if (!(result instanceof Promise)) return result
    const began = performance.now()
    const done = () => {
      histogram.observe((performance.now() - began) / 1000)
    }
    // Who waits for it hears of a failure; here it is only how long that took.
    result.then(done, done)
    return result
  }
}
