/** The log for people: a line of JSON as the time, what happened, and the circumstances. */

/** Takes what pino writes. */
export function readableLine(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
  const clock = String(time).slice(11, 19)
  const urgency = level === 'warn' || level === 'error' ? `${level.toUpperCase()} ` : ''
  const circumstances = Object.entries(fields).map(([name, value]) => ` ${name}=${printed(value)}`)
  return `${clock} ${urgency}${String(msg)}${circumstances.join('')}\n`
}

function printed(value: unknown): string {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map(printed).join(',') : JSON.stringify(value)
}
