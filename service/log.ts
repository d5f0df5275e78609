/** The service's log: pino, one JSON object a line on stderr. */
import pino from 'pino'
import type { Log } from '../core/model/log.ts'

/** Its level can be changed while it is written to. */
export type ServiceLog = Log & { level: string }

/** `write` takes the lines in place of stderr; `base` stands in each. */
export function createLog(
  level: 'error' | 'warn' | 'info' | 'debug',
  write: (line: string) => void = (line) => void process.stderr.write(line),
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
