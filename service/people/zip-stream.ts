/** Zip archive that is made while it is read: one file at a time is in memory. APPNOTE.TXT §4.3 */
import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { ZipFile } from 'yazl'

export interface ZippedFile {
  readonly path: string
  readonly content: Uint8Array
  readonly mtime: Date
}

/** The next of `files` is asked for when the one before it was read. Whatever they reject with, the archive does. */
export async function* zipStream(files: AsyncIterable<ZippedFile>): AsyncGenerator<Uint8Array> {
  const archive = new ZipFile()
  const octets = archive.outputStream.pipe(new PassThrough())
  const stopped = new AbortController()
  fill(archive, files, stopped.signal).catch((error: unknown) => octets.destroy(error as Error))
  try {
    yield* octets as AsyncIterable<Uint8Array>
  } finally {
    stopped.abort()
  }
}

async function fill(
  archive: ZipFile,
  files: AsyncIterable<ZippedFile>,
  signal: AbortSignal,
): Promise<void> {
  for await (const { path, content, mtime } of files) {
    // yazl keeps the stream until the end; this one keeps nothing of what was read.
    const stream = new PassThrough().end(content)
    archive.addReadStream(stream, path, { mtime, mode: 0o100600, size: content.length })
    await finished(stream, { signal })
  }
  archive.end()
}
