/** What a failed statement means: whether it may be repeated, and whether it may have been done all the same. */
import pg from 'pg'
import { StoreUnavailable } from '../../model/store-unavailable.ts'

/**
 * `repeat`: not done, and may go better the next time. `ambiguous`: nobody told us; look the operation up before repeating it.
 * `refused`: not done, and would not be the next time.
 */
export type Failure = 'repeat' | 'ambiguous' | 'refused'

/** By the code that the server gave. PostgreSQL manual, appendix A. */
const REPEATABLE = new Set(['40001', '40P01', '55P03'])
/** Connection lost; cancelled or shut down; became read-only, as a demoted primary; too many connections. */
const AMBIGUOUS = /^(?:08...|57...|25006|53300)$/
const DISK_FULL = '53100'

export function failureOf(error: unknown): Failure {
  // What the driver itself says: refused, reset, timed out.
  if (!(error instanceof pg.DatabaseError)) return 'ambiguous'
  const code = error.code ?? ''
  if (REPEATABLE.has(code)) return 'repeat'
  return AMBIGUOUS.test(code) ? 'ambiguous' : 'refused'
}

/** Somebody has stored what may be there once only. `constraint` names the rule. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  return (
    error instanceof pg.DatabaseError && error.code === '23505' && error.constraint === constraint
  )
}

/** For those who asked: the database's words, which name no values. */
export function unavailable(error: unknown): StoreUnavailable {
  if (error instanceof StoreUnavailable) return error
  const full = error instanceof pg.DatabaseError && error.code === DISK_FULL
  return new StoreUnavailable(full ? 'full' : 'failed', `the database: ${briefly(error)}`)
}

/** Without `detail`, which quotes what was to be stored. */
export function briefly(error: unknown): string {
  if (error instanceof pg.DatabaseError) return `${error.message} (${error.code ?? 'no code'})`
  if (error instanceof AggregateError) return error.errors.map(briefly).join('; ')
  return error instanceof Error ? error.message : String(error)
}
