/** Message summary: whether messages are waiting, and how many of each kind. RFC 3842 §5.2. */
import { schemaError, type Reading } from './reading.ts'

export const MESSAGE_SUMMARY_MEDIA_TYPE = 'application/simple-message-summary'

export interface MessageSummary {
  readonly waiting: boolean
  /** URI of the mailbox. */
  readonly account?: string
  /** By message context class, as `voice-message`. RFC 3458 §6.2. */
  readonly counts: ReadonlyMap<string, MessageCounts>
}

export interface MessageCounts {
  readonly new: number
  readonly old: number
  /** How many of them are urgent. */
  readonly urgent?: { readonly new: number; readonly old: number }
}

/** Counters are no larger. §3.5 */
const LARGEST_COUNT = 2 ** 32 - 1

const LINE = /^([\w.-]+)[ \t]*:[ \t]*(.*?)[ \t]*$/
const COUNTS = /^(\d+)\s*\/\s*(\d+)(?:\s*\(\s*(\d+)\s*\/\s*(\d+)\s*\))?$/

/** Message headers after the summary are left out: they tell of new messages to who was there before, not to others. §3.5 */
export function parseMessageSummary(text: string): Reading<MessageSummary> {
  const [summary = ''] = text.replace(/^\s+/, '').split(/\r?\n\r?\n/)
  let waiting: boolean | undefined
  let account: string | undefined
  const counts = new Map<string, MessageCounts>()
  for (const line of summary.split(/\r?\n/)) {
    if (line.trim() === '') continue
    const [, written, value = ''] = LINE.exec(line) ?? []
    // Names are case-insensitive. §5.2
    const name = written?.toLowerCase()
    if (name === undefined) return schemaError('a line is not a name, a colon and a value')
    if (name === 'messages-waiting') waiting = saidYes(value)
    else if (name === 'message-account') account = value
    else {
      const counted = parseCounts(value)
      if (!counted) return schemaError(`${name} does not count messages`)
      counts.set(name, counted)
    }
  }
  if (waiting === undefined) return schemaError('Messages-Waiting is neither yes nor no')
  return { value: { waiting, ...(account === undefined ? {} : { account }), counts } }
}

export function serializeMessageSummary({ waiting, account, counts }: MessageSummary): string {
  const lines = [`Messages-Waiting: ${waiting ? 'yes' : 'no'}`]
  if (account !== undefined) lines.push(`Message-Account: ${account}`)
  for (const [name, counted] of counts) lines.push(`${capitalized(name)}: ${written(counted)}`)
  return `${lines.join('\r\n')}\r\n`
}

function saidYes(value: string): boolean | undefined {
  const said = value.toLowerCase()
  return said === 'yes' || said === 'no' ? said === 'yes' : undefined
}

function parseCounts(value: string): MessageCounts | undefined {
  const numbers = COUNTS.exec(value)
  if (!numbers) return undefined
  const [fresh, old, urgentFresh, urgentOld] = numbers.slice(1).map(count)
  return {
    ...{ new: fresh ?? 0, old: old ?? 0 },
    ...(numbers[3] === undefined ? {} : { urgent: { new: urgentFresh ?? 0, old: urgentOld ?? 0 } }),
  }
}

/** What is larger counts as the largest. §3.5 */
function count(digits: string | undefined): number {
  return Math.min(Number(digits ?? 0), LARGEST_COUNT)
}

function written(counts: MessageCounts): string {
  const { urgent } = counts
  const total = `${counts.new}/${counts.old}`
  return urgent ? `${total} (${urgent.new}/${urgent.old})` : total
}

/** As the examples of the standard write it: `Voice-Message`. */
function capitalized(name: string): string {
  return name.replace(/(?:^|-)\w/g, (start) => start.toUpperCase())
}
