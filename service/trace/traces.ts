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

export interface Fetched {
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
  fetchedAt: number
  cancel: () => void
}

interface TracesParts {
  /** Of this process and of all others. */
  readonly taps: readonly Pick<TraceTap, 'follow' | 'unfollow'>[]
  readonly clock: Clock
}

export function createTraces({ taps, clock }: TracesParts): Traces {
  const traces = new Map<string, Trace>()

  const end = (name: string, trace: Trace) => {
    trace.cancel()
    trace.isOver = true
    for (const tap of taps) tap.unfollow(name)
  }

  const remove = (name: string, trace: Trace) => {
    end(name, trace)
    traces.delete(name)
  }

  /** Ends it in time, and forgets it once nobody has fetched for long. */
  const watch = (name: string, trace: Trace, until: number) => {
    const now = clock.now()
    if (now >= until && !trace.isOver) end(name, trace)
    if (now - trace.fetchedAt >= LONGEST_SILENCE) remove(name, trace)
    else {
      const next = Math.min(trace.isOver ? Infinity : until, trace.fetchedAt + LONGEST_SILENCE)
      trace.cancel = clock.after(next - now, () => {
        watch(name, trace, until)
      })
    }
  }

  return {
    start(aors, seconds) {
      if (traces.size >= MOST_TRACES) return undefined
      const name = randomUUID()
      const now = clock.now()
      const trace: Trace = {
        ...{ messages: [], octets: 0, lost: 0, isOver: false },
        ...{ fetchedAt: now, cancel: () => undefined },
      }
      traces.set(name, trace)
      const tell = (message: TraceMessage) => {
        keep(trace, message)
      }
      for (const tap of taps) tap.follow(name, aors, tell)
      watch(name, trace, now + seconds * 1000)
      return name
    },
    fetch(name) {
      const trace = traces.get(name)
      if (!trace) return undefined
      const { messages, lost, isOver } = trace
      Object.assign(trace, { messages: [], octets: 0, lost: 0, fetchedAt: clock.now() })
      if (isOver) remove(name, trace)
      return { messages, lost, isOver }
    },
    stop(name) {
      const trace = traces.get(name)
      if (trace) remove(name, trace)
      return trace !== undefined
    },
  }
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
