/** Reading the audit log: from the oldest record on, or from where somebody stopped. */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { auditFileNames } from './audit-files.ts'
import { auditRecord, BEGUN, type AuditRecord } from './audit-record.ts'

export interface PlacedRecord {
  readonly record: AuditRecord
  /** Where the next one begins: `FILE:OFFSET`. */
  readonly next: string
}

/** Of a change that has an outcome, that alone. `after`: a place that was given. */
export async function* readAudit(folder: string, after?: string): AsyncGenerator<PlacedRecord> {
  const unfinished = new Set<string>()
  for await (const { record } of readAll(folder, after)) {
    const { change, outcome } = record
    if (change === undefined) continue
    if (outcome === BEGUN) unfinished.add(change)
    else unfinished.delete(change)
  }
  for await (const placed of readAll(folder, after)) {
    const { change = '', outcome } = placed.record
    if (outcome !== BEGUN || unfinished.has(change)) yield placed
  }
}

async function* readAll(folder: string, after?: string): AsyncGenerator<PlacedRecord> {
  const [from = '', offset = '0'] = after?.split(':') ?? []
  for (const name of await auditFileNames(folder)) {
    if (name < from) continue
    let place = name === from ? Number(offset) : 0
    for await (const line of linesOf(join(folder, name), place)) {
      place += line.length + 1
      const record = recordIn(line)
      if (record) yield { record, next: `${name}:${place}` }
    }
  }
}

/** Whole lines alone: what has no end yet is being written, or was when the process was killed. */
async function* linesOf(path: string, start: number): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  for await (const part of createReadStream(path, { start }) as AsyncIterable<Buffer>) {
    const octets = Buffer.concat([rest, part])
    let begin = 0
    for (;;) {
      const end = octets.indexOf('\n', begin)
      if (end < 0) break
      yield octets.subarray(begin, end)
      begin = end + 1
    }
    rest = octets.subarray(begin)
  }
}

/** Undefined: the torn line that a killed process left. */
function recordIn(line: Buffer): AuditRecord | undefined {
  try {
    return auditRecord.parse(JSON.parse(line.toString('utf8')))
  } catch {
    return undefined
  }
}
