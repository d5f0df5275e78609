/**
 * Compaction of a Level database, after which none of its files holds what was removed. LevelDB rewrites what overlaps only,
 * and its manifest and log name keys of files that are gone: they are made anew when it is opened.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Level } from 'level'

/** Before and behind all keys: what is written there overlaps with everything, whichever level it lies in. */
const FIRST = '\0'
const LAST = '\u{10ffff}'
const NOTHING = Buffer.alloc(0)

/** On Node a Level is a ClassicLevel, which its type does not say. */
type NodeLevel = Level<string, Buffer> & {
  compactRange(start: string, end: string): Promise<void>
}

/** `reopen` closes the database and opens it again; nobody else uses it meanwhile. */
export async function compactLevel(
  opened: Level<string, Buffer>,
  { folder, reopen }: { folder: string; reopen: () => Promise<void> },
): Promise<void> {
  const level = opened as NodeLevel
  // What is in memory goes into files first, which may lie so deep that nothing is above them.
  await level.compactRange(FIRST, LAST)
  await level.batch([
    { type: 'put', key: FIRST, value: NOTHING },
    { type: 'put', key: LAST, value: NOTHING },
  ])
  // From its journal it goes into the topmost level: on its way down it also moves the marks where compactions have ended.
  await reopen()
  await level.compactRange(FIRST, LAST)
  await level.batch([
    { type: 'del', key: FIRST },
    { type: 'del', key: LAST },
  ])
  await reopen()
  await rm(join(folder, 'LOG.old'), { force: true })
}
