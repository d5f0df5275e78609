/** Audit files: JSON lines in a folder of their own, the newest is written to; each is named by when it was begun. */
import { constants } from 'node:fs'
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../core/model/clock.ts'

interface AuditFilesParts {
  readonly folder: string
  readonly clock: Pick<Clock, 'now'>
  /** Bytes, from which on a new file is begun. */
  readonly maxBytes: number
  /** Seconds that a file is kept for after its last record. */
  readonly keep: number
}

export interface AuditFiles {
  /** On the disk when it resolves. One line after the other. */
  readonly append: (line: string) => Promise<void>
  readonly close: () => Promise<void>
}

const NAME = /^audit-[\dTZ]+\.jsonl$/

/** Oldest first. */
export async function auditFileNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => NAME.test(name)).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

export function createAuditFiles(parts: AuditFilesParts): AuditFiles {
  let current: { readonly file: FileHandle; size: number } | undefined
  let last: Promise<unknown> = Promise.resolve()

  async function write(line: string): Promise<void> {
    if (current && (current.size >= parts.maxBytes || (await isGone(current.file)))) await end()
    current ??= await openNewest(parts)
    const octets = Buffer.from(`${line}\n`)
    try {
      await current.file.appendFile(octets)
      await current.file.datasync()
    } catch (error) {
      // Part of the line may be there: whoever opens the file again ends it.
      await end()
      throw error
    }
    current.size += octets.length
  }

  async function end(): Promise<void> {
    const { file } = current ?? {}
    current = undefined
    await file?.close()
  }

  const inOrder = (action: () => Promise<void>) => {
    const next = last.then(action)
    last = next.catch(() => undefined)
    return next
  }
  return {
    append: (line) => inOrder(() => write(line)),
    close: () => inOrder(end),
  }
}

/** Somebody has removed it: what were written now would be nowhere. */
async function isGone(file: FileHandle): Promise<boolean> {
  return (await file.stat()).nlink === 0
}

async function openNewest(parts: AuditFilesParts): Promise<{ file: FileHandle; size: number }> {
  const { folder, clock, maxBytes } = parts
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await removeOld(parts)
  const newest = (await auditFileNames(folder)).at(-1)
  const size = newest === undefined ? maxBytes : (await stat(join(folder, newest))).size
  const name = newest !== undefined && size < maxBytes ? newest : nameOf(clock.now())
  const { O_APPEND, O_CREAT, O_RDWR } = constants
  const file = await open(join(folder, name), O_APPEND | O_CREAT | O_RDWR, 0o600)
  return { file, size: await endTornLine(file) }
}

/** Compact ISO 8601, so that names are in the order of time. */
function nameOf(now: number): string {
  return `audit-${new Date(now).toISOString().replace(/[-:.]/g, '')}.jsonl`
}

/** A process that was killed may have left the beginning of a line: the next record gets a line of its own. */
async function endTornLine(file: FileHandle): Promise<number> {
  const { size } = await file.stat()
  if (size === 0) return 0
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  if (buffer.toString() === '\n') return size
  await file.appendFile('\n')
  return size + 1
}

async function removeOld({ folder, clock, keep }: AuditFilesParts): Promise<void> {
  for (const name of (await auditFileNames(folder)).slice(0, -1)) {
    const path = join(folder, name)
    if ((await stat(path)).mtimeMs < clock.now() - keep * 1000) await rm(path, { force: true })
  }
}
