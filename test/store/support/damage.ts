/** Damage done to a store behind its back, and the log that tells of it. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Level } from 'level'
import type { Log } from '../../../core/model/log.ts'

export function recordingLog(): { log: Log; lines: string[] } {
  const lines: string[] = []
  const write = (_: unknown, line: string) => void lines.push(line)
  return { lines, log: { debug: write, info: write, warn: write, error: write } }
}

/** Changes one byte of a record behind the store's back, or puts another in its place; null: removes it. */
export async function damage(
  folder: string,
  database: string,
  key: string,
  value?: Buffer | null,
): Promise<void> {
  const level = new Level<string, Buffer>(join(folder, database), { valueEncoding: 'buffer' })
  const record = await level.get(key)
  assert.ok(record, `no record ${key}`)
  const at = record.length - 2
  record.writeUInt8(record.readUInt8(at) ^ 0x40, at)
  if (value === null) await level.del(key)
  else await level.put(key, value ?? record)
  await level.close()
}
