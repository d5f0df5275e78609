/** Counts of a SIP stack: plain numbers that the way of each message adds to, for whoever observes it. RFC 3261 §17. */
import type { RequestOutcome } from './sip-endpoint.ts'

export interface SipCounts {
  /** Requests of others, by the final response that they got. */
  readonly answered: StatusCounts
  /** Requests of ours that were put on their way, by what came of them. */
  readonly sent: StatusCounts
  /** Requests of others that came once more. */
  repeated: number
  /** Requests of ours that went out once more: nobody had answered in time. */
  resent: number
  /** What came and was no message that can be understood. */
  malformed: number
}

export interface StatusCounts {
  /** `status`: of a response, or TIMEOUT or UNSENT. */
  add(method: string, status: number): void
  /** Methods that nobody knows are `other`. */
  all(): StatusCount[]
}

interface StatusCount {
  readonly method: string
  readonly status: number
  readonly count: number
}

/** In place of a status: Timer F; and a connection that ended, or was not to be had. */
export const TIMEOUT = 1
export const UNSENT = 2

/** RFC 3261, 3262, 3311, 3428, 3515, 3903, 6086, 6665. */
const METHODS = [
  ...['INVITE', 'ACK', 'BYE', 'CANCEL', 'REGISTER', 'OPTIONS', 'PRACK', 'UPDATE'],
  ...['MESSAGE', 'REFER', 'PUBLISH', 'INFO', 'SUBSCRIBE', 'NOTIFY'],
]
const OTHER = 'other'
/** Above every status. */
const PLACES = 700

export function createSipCounts(): SipCounts {
  return {
    answered: createStatusCounts(),
    sent: createStatusCounts(),
    repeated: 0,
    resent: 0,
    malformed: 0,
  }
}

export function outcomeStatus(outcome: RequestOutcome): number {
  if (outcome.kind === 'response') return outcome.response.status
  return outcome.kind === 'timeout' ? TIMEOUT : UNSENT
}

function createStatusCounts(): StatusCounts {
  const others = new Float64Array(PLACES)
  const rows = new Map([...METHODS, OTHER].map((method) => [method, new Float64Array(PLACES)]))
  rows.set(OTHER, others)
  return {
    add(method, status) {
      const row = rows.get(method) ?? others
      const place = status > 0 && status < PLACES ? status : 0
      row[place] = (row[place] ?? 0) + 1
    },
    all: () => [...rows].flatMap(([method, row]) => countsOf(method, row)),
  }
}

function countsOf(method: string, row: Float64Array): StatusCount[] {
  return [...row.entries()]
    .filter(([, count]) => count > 0)
    .map(([status, count]) => ({ method, status, count }))
}
