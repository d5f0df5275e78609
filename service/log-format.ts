/** How the log's lines are written: one JSON object each for programs, or for people. */
import { prettyFactory } from 'pino-pretty'

export type LogFormat = 'json' | 'pretty'

/** Writes to stderr. Undefined: for people where it is a terminal. */
export function logWriter(format: LogFormat | undefined): (line: string) => void {
  const isForPeople = (format ?? (process.stderr.isTTY ? 'pretty' : 'json')) === 'pretty'
  if (!isForPeople) return (line) => void process.stderr.write(line)
  const pretty = prettyFactory({
    colorize: process.stderr.isTTY,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
  })
  return (line) => void process.stderr.write(pretty(JSON.parse(line)))
}
