/** Backup file: under its name only when it is whole and on the disk. It holds password hashes: for its owner alone. */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { syncPath } from '../../core/store/sync-path.ts'
import type { BackupHead } from './backup-format.ts'
import { partsInFile, verifyBackup, type VerifiedBackup } from './backup-reader.ts'

/** A name that ends so is compressed. */
const COMPRESSED = /\.t?gz$/

/**
 * Written, then read once more from its beginning to its end. Rejects with an Error for the operator; then a file that had
 * the name before is as it was.
 */
export async function writeBackupFile(
  file: string,
  backup: Readable,
  {
    written,
    checked,
  }: {
    /** Told how many bytes have come in all. */
    written: (bytes: number) => void
    checked: (at: BackupHead | 'document') => void
  },
): Promise<VerifiedBackup> {
  const unfinished = `${file}.unfinished`
  async function* counted(pieces: AsyncIterable<Buffer>) {
    let bytes = 0
    for await (const piece of pieces) {
      written((bytes += piece.length))
      yield piece
    }
  }

  try {
    await rm(unfinished, { force: true })
    const target = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true })
    await (COMPRESSED.test(file)
      ? pipeline(backup, counted, createGzip({ level: 1 }), target)
      : pipeline(backup, counted, target))
    const verified = await verifyBackup(partsInFile(unfinished), checked)
    await rename(unfinished, file)
    await syncPath(dirname(file))
    return verified
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}
