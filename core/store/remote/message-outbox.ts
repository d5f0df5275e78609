/** Entries that are asked for together go as one message. */
import type { MessageChannel } from './message-channel.ts'
import { encodeBatch } from './store-messages.ts'

export interface MessageOutbox<Entry> {
  readonly add: (entry: Entry, withOctets?: boolean) => void
}

/** Entries in one message at most, so that neither side is held up by a single one. */
const LARGEST_BATCH = 256

export function createMessageOutbox<Entry>(channel: MessageChannel): MessageOutbox<Entry> {
  let entries: Entry[] = []
  let withOctets = false

  function flush(): void {
    if (entries.length === 0) return
    const message = encodeBatch(entries, withOctets)
    entries = []
    withOctets = false
    channel.send(message)
  }

  return {
    add(entry, hasOctets = false) {
      if (entries.length === 0) queueMicrotask(flush)
      entries.push(entry)
      withOctets ||= hasOctets
      if (entries.length >= LARGEST_BATCH) flush()
    },
  }
}
