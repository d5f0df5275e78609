/** Problem details: a refusal as JSON. RFC 9457 */
import { STATUS_CODES } from 'node:http'
import { StoreUnavailable } from '../../core/model/store-unavailable.ts'
import { AccountProblem, type ProblemKind } from '../account-problem.ts'

export const PROBLEM_TYPE = 'application/problem+json'

export interface ProblemDetails {
  /** The kind has no page of its own: what it means is the status's phrase. RFC 9457 §4.2.1 */
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail?: string
}

const STATUSES: Readonly<Record<ProblemKind, number>> = {
  invalid: 400,
  forbidden: 403,
  absent: 404,
  conflict: 409,
  'too-large': 413,
  unsupported: 415,
  unavailable: 503,
}

export function problemDetails(status: number, detail?: string): ProblemDetails {
  const title = STATUS_CODES[status] ?? 'Error'
  return { type: 'about:blank', title, status, ...(detail !== undefined && { detail }) }
}

/** Undefined: a fault of ours, of which nothing is told. */
export function problemOf(error: unknown): ProblemDetails | undefined {
  if (error instanceof AccountProblem) return problemDetails(STATUSES[error.kind], error.message)
  if (error instanceof StoreUnavailable) {
    return problemDetails(503, 'the store cannot be used just now')
  }
  return undefined
}

/** The asking side's: what the service answered, as what it was over there. */
export function problemFrom(status: number, detail: string | undefined): AccountProblem {
  const kinds = Object.entries(STATUSES) as [ProblemKind, number][]
  const kind = kinds.find(([, known]) => known === status)?.[0] ?? 'unavailable'
  return new AccountProblem(detail ?? `the service answered ${String(status)}`, kind)
}
