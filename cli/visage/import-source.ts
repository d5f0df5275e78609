/** The file that an import reads, with a progress bar of its bytes. */
import { createReadStream, statSync } from 'node:fs'
import { createProgress } from '../progress.ts'

/** Bytes. The bar moves by it. */
const PIECE = 1 << 16

/** `-`: standard input, whose length nobody knows. Rejects as the file system does. */
export async function readImported<T>(
  file: string,
  action: (pieces: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  if (file === '-') return action(process.stdin)
  const progress = await createProgress(statSync(file).size)
  async function* pieces(): AsyncIterable<Uint8Array> {
    let done = 0
    for await (const piece of createReadStream(file, { highWaterMark: PIECE })) {
      yield piece as Buffer
      done += (piece as Buffer).length
      progress.reach(done, `${String(Math.round(done / 2 ** 20))} MB`)
    }
  }
  try {
    return await action(pieces())
  } finally {
    progress.end()
  }
}
