/** Publication record: its facts as JSON, then the body as it is, which would cost more to write as JSON than all the rest. */
import type { PublicationRecord } from '../model/event-state.ts'
import { openRecord, sealRecord } from './record-envelope.ts'

/** JSON holds no line end of its own. */
const LINE_END = '\n'

export function sealPublication(record: PublicationRecord): Buffer {
  // JSON leaves out what is undefined; a copy without one member costs more.
  return sealRecord(`${JSON.stringify({ ...record, body: undefined })}${LINE_END}${record.body}`)
}

/** Throws RecordUnreadable; `key` is for its message. */
export function openPublication(key: string, record: Buffer): PublicationRecord {
  const text = openRecord(key, record).toString('utf8')
  const end = text.indexOf(LINE_END)
  const facts = JSON.parse(text.slice(0, end)) as Omit<PublicationRecord, 'body'>
  return { ...facts, body: text.slice(end + 1) }
}
