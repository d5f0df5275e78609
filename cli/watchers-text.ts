/** Who watches me, as the terminal and as other programs read it. RFC 3858. */
import type { Watcher, WatcherNotification, WatcherStatus } from '../client/watch-watchers.ts'
import { printable } from './printable.ts'

const STANDING: Record<WatcherStatus, string> = {
  active: 'watches you',
  pending: 'asks to watch you',
  waiting: 'asked to watch you, and has gone',
  terminated: 'does not watch you any more',
}

/** One line for each change. */
export function watcherLine({ time, watcher, status, event }: WatcherNotification): string {
  const clock = new Date(time).toLocaleTimeString('en-GB')
  const why = status === 'terminated' ? ` (${event})` : ''
  return `${clock}  ${printable(watcher)}  ${STANDING[status]}${why}`
}

/** One object in one line. */
export function watchersJson(watchers: readonly Watcher[]): string {
  const told = watchers.map(({ uri, status, event, durationSubscribed, expiration }) => ({
    ...{ watcher: uri, status, event },
    ...{ subscribed: durationSubscribed ?? null, expires: expiration ?? null },
  }))
  return JSON.stringify({ watchers: told })
}

/** Those who wait for an answer first, and below them how to give one. */
export function watcherLines(watchers: readonly Watcher[]): string[] {
  if (watchers.length === 0) return ['Nobody watches you.']
  const lines = watchers.map(
    ({ uri, status, durationSubscribed }) =>
      `${printable(uri)}  ${STANDING[status]}${since(durationSubscribed)}`,
  )
  const asks = watchers.find(({ status }) => status !== 'active')
  if (asks) {
    const address = printable(asks.uri.replace(/^sips?:/, ''))
    lines.push(`To answer: visage contacts allow ${address}, or visage contacts block ${address}`)
  }
  return lines
}

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const

function since(seconds: number | undefined): string {
  if (seconds === undefined) return ''
  const [size, unit] = UNITS.find(([smallest]) => seconds >= smallest) ?? [1, 's']
  return `, for ${Math.floor(seconds / size)} ${unit}`
}
