/** The traces of a service: each follows somebody's SIP messages for a time, and keeps them until they are fetched. */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../core/model/clock.ts'
import type { TraceMessage } from './trace-message.ts'
import type { TraceTap } from './trace-tap.ts'

export interface Traces {
  /** Its name. Undefined: there are as many as there may be. */
  readonly start: (aors: readonly string[], seconds: number) => string | undefined
  /** What has come since the last time. Undefined: there is no such trace, or no more. */
  readonly fetch: (trace: string) => Fetched | undefined
  /** Whether it was there. */
  readonly stop: (trace: string) => boolean
}

interface Fetched {
  readonly messages: readonly TraceMessage[]
  /** How many were not kept, since nobody fetched them in time. */
  readonly lost: number
  /** Nothing more will come. */
  readonly isOver: boolean
}

const MOST_TRACES = 8
/** Kept for who fetches, of each. */
const MOST_MESSAGES = 2_000
const MOST_OCTETS = 4 * 2 ** 20
/** Milliseconds after which nobody fetches any more. */
const LONGEST_SILENCE = 30_000

interface Trace {
  messages: TraceMessage[]
  octets: number
  lost: number
  isOver: boolean
  readonly until: number
  fetchedAt: number
  cancel: () => void
}

interface TracesParts {
  /** Of this process and of all others. */
  readonly taps: readonly Pick<TraceTap, 'follow' | 'unfollow'>[]
  readonly clock: Clock
}

export function createTraces({ taps, clock }: TracesParts): Traces {
  const traces = createTraceTable({ taps, clock })
  return {
    start(aors, seconds) {
      if (traces.size() >= MOST_TRACES) return undefined
      const trace = newTrace(clock.now(), seconds)
      const name = traces.add(trace)
      const tell = (message: TraceMessage) => {
        keep(trace, message)
      }
      for (const tap of taps) tap.follow(name, aors, tell)
      return name
    },
    fetch(name) {
      const trace = traces.find(name)
      const fetched = trace && taken(trace, clock.now())
      if (trace?.isOver) traces.remove(name)
      return fetched
    },
    stop: traces.remove,
  }
}

/** Each ends in time, and is forgotten once nobody has fetched for long. */
function createTraceTable({ taps, clock }: TracesParts) {
  const traces = new Map<string, Trace>()

  const end = (name: string, trace: Trace) => {
    trace.cancel()
    trace.isOver = true
    for (const tap of taps) tap.unfollow(name)
  }

  const remove = (name: string) => {
    const trace = traces.get(name)
    if (trace) end(name, trace)
    return traces.delete(name)
  }

  const watch = (name: string, trace: Trace) => {
    const now = clock.now()
    const forgottenAt = trace.fetchedAt + LONGEST_SILENCE
    if (now >= trace.until && !trace.isOver) end(name, trace)
    if (now >= forgottenAt) {
      remove(name)
      return
    }
    const next = trace.isOver ? forgottenAt : Math.min(trace.until, forgottenAt)
    trace.cancel = clock.after(next - now, () => {
      watch(name, trace)
    })
  }

  return {
    size: () => traces.size,
    find: (name: string) => traces.get(name),
    remove,
    add(trace: Trace) {
      const name = randomUUID()
      traces.set(name, trace)
      watch(name, trace)
      return name
    },
  }
}

function newTrace(now: number, seconds: number): Trace {
  return {
    ...{ messages: [], octets: 0, lost: 0, isOver: false },
    ...{ until: now + seconds * 1000, fetchedAt: now, cancel: () => undefined },
  }
}

/** What it has kept; it keeps nothing of that any more. */
function taken(trace: Trace, now: number): Fetched {
  const { messages, lost, isOver } = trace
  Object.assign(trace, { messages: [], octets: 0, lost: 0, fetchedAt: now })
  return { messages, lost, isOver }
}

function keep(trace: Trace, message: TraceMessage): void {
  const { length } = message.octets
  if (trace.messages.length >= MOST_MESSAGES || trace.octets + length > MOST_OCTETS) {
    trace.lost++
    return
  }
  trace.messages.push(message)
  trace.octets += length
}
