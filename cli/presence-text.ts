/** A notification as the terminal and as other programs read it. */
import { styleText } from 'node:util'
import type { FetchedIcon } from '../client/icon-cache.ts'
import type { PresenceNotification } from '../client/presence.ts'
import { printable } from './printable.ts'

/** One object in one line. What could not be fetched of an icon is null. */
export function presenceJson(
  notification: PresenceNotification,
  fetched: FetchedIcon | undefined,
): string {
  const { time, presentity, subscription, basic, activities, note, icon, list } = notification
  const { etag = null, type = null, bytes = null } = fetched ?? {}
  const shown = icon && { url: icon.url, etag, type, bytes }
  const listed = list === undefined ? {} : { list, name: notification.name ?? null }
  const told = { time, presentity, ...listed, subscription, basic, activities, note, icon: shown }
  return JSON.stringify(told)
}

/** @param saved name of the file that holds the icon */
export function presenceLines(
  notification: PresenceNotification,
  fetched: FetchedIcon | undefined,
  saved: string | undefined,
): string {
  const { time, presentity, name, activities, note, icon } = notification
  const words = [statusWord(notification), ...activities.map(printable)]
  const said = note === null ? '' : `  "${printable(note)}"`
  const clock = new Date(time).toLocaleTimeString('en-GB')
  const who = name === undefined ? presentity : `${presentity} (${printable(name)})`
  const lines = [`${clock}  ${who}  ${words.join(', ')}${said}`]
  if (icon) lines.push(`          icon ${printable(icon.url)} ${iconWords(fetched, saved)}`)
  return lines.join('\n')
}

function statusWord({ subscription, basic, reason }: PresenceNotification): string {
  if (subscription === 'pending') return 'waiting for permission'
  if (subscription === 'terminated') return `not told any more (${printable(reason ?? 'ended')})`
  if (basic === 'open') return coloured('green', 'online')
  return basic === 'closed' ? coloured('gray', 'offline') : 'unknown'
}

function iconWords(fetched: FetchedIcon | undefined, saved: string | undefined): string {
  if (!fetched) return '(cannot be fetched)'
  const size =
    fetched.bytes < 1024 ? `${fetched.bytes} B` : `${(fetched.bytes / 1024).toFixed(1)} KiB`
  const kept = saved === undefined ? '' : `, saved as ${saved}`
  return `(${printable(fetched.type)}, ${size}${kept})`
}

function coloured(colour: 'green' | 'gray', word: string): string {
  return process.stdout.isTTY ? styleText(colour, word) : word
}
