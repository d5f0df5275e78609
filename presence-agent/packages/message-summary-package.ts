/** Event package `message-summary`: voice mail as a mail server publishes it, for the lamp of its owner. RFC 3842 §3. */
import {
  MESSAGE_SUMMARY_MEDIA_TYPE,
  parseMessageSummary,
  serializeMessageSummary,
  type MessageSummary,
} from '../../core/documents/message-summary.ts'
import { mergeMessageSummaries } from '../../core/model/composition-message-summaries.ts'
import { unfiltered } from '../../core/model/permissions.ts'
import type { PublishedPackage, PublishedState } from '../event-package.ts'

export const MESSAGE_SUMMARY_PACKAGE: PublishedPackage = {
  name: 'message-summary',
  // §3.4
  defaultDuration: 3600,
  contentType: MESSAGE_SUMMARY_MEDIA_TYPE,
  // Nobody's messages are anybody else's affair. §3.7
  authorize: ({ aor }, watcher) => unfiltered(watcher === aor ? 'allow' : 'block'),
  changedBy: () => undefined,
  compose({ publications }) {
    const summaries = [...publications].flatMap(publishedSummary)
    const text = serializeMessageSummary(mergeMessageSummaries(summaries))
    return () => text
  },
  readPublication(body) {
    const reading = parseMessageSummary(body)
    return reading.error === undefined ? { state: reading.value } : { problem: reading.detail }
  },
}

function publishedSummary({ record, state }: PublishedState): MessageSummary[] {
  if (state) return [state as MessageSummary]
  const reading = parseMessageSummary(record.body)
  // It was read when it was published, so it can be read again.
  return reading.error === undefined ? [reading.value] : []
}
