/** The service's log: pino, lines on stderr. */
import pino from 'pino'
import type { Log } from '../core/model/log.ts'
import { logWriter } from './log-format.ts'

/** Its level can be changed while it is written to. */
export type ServiceLog = Log & { level: string }

/** `write` takes the lines in place of stderr; `base` stands in each. */
export function createLog(
  level: 'error' | 'warn' | 'info' | 'debug',
  write: (line: string) => void = logWriter('json'),
  base: Readonly<Record<string, unknown>> | null = null,
): ServiceLog {
  const options = {
    level,
    base,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (name: string) => ({ level: name }) },
  }
  return pino(options, { write })
}
