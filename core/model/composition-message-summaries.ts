/** Message summaries of several mailboxes as one. RFC 3842 §3.10. */
import type { MessageCounts, MessageSummary } from '../documents/message-summary.ts'

/** Without any there are no messages. Whoever has an account of its own to name is named while it is alone. */
export function mergeMessageSummaries(summaries: readonly MessageSummary[]): MessageSummary {
  const [only] = summaries
  if (only && summaries.length === 1) return only
  const counts = new Map<string, MessageCounts>()
  for (const summary of summaries) {
    for (const [name, counted] of summary.counts) {
      const before = counts.get(name)
      counts.set(name, before ? added(before, counted) : counted)
    }
  }
  return { waiting: summaries.some(({ waiting }) => waiting), counts }
}

function added(one: MessageCounts, other: MessageCounts): MessageCounts {
  const total = sums(one, other)
  if (!one.urgent && !other.urgent) return total
  return { ...total, urgent: sums(one.urgent ?? NONE, other.urgent ?? NONE) }
}

const NONE: Pair = { new: 0, old: 0 }

function sums(one: Pair, other: Pair): Pair {
  return { new: sum(one.new, other.new), old: sum(one.old, other.old) }
}

/** Counters are no larger. §3.5 */
const LARGEST_COUNT = 2 ** 32 - 1

function sum(one: number, other: number): number {
  return Math.min(one + other, LARGEST_COUNT)
}

type Pair = Pick<MessageCounts, 'new' | 'old'>
