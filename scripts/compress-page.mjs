/** Puts what browsers take compressed beside each file of the built page, as small as it gets: file.br, file.gz. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const COMPRESSIBLE = /\.(html|js|css|json|svg|webmanifest)$/
/** Below this, and where less than a tenth is won, it is not worth it. */
const SMALLEST = 512
const WORTH = 0.9

const brotli = (content) =>
  brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  })
const gzip = (content) => gzipSync(content, { level: constants.Z_BEST_COMPRESSION })

export function compressPage(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !COMPRESSIBLE.test(entry.name)) continue
    const file = join(entry.parentPath, entry.name)
    const content = readFileSync(file)
    if (content.length < SMALLEST) continue
    for (const [suffix, compress] of [
      ['.br', brotli],
      ['.gz', gzip],
    ]) {
      const compressed = compress(content)
      if (compressed.length < content.length * WORTH) writeFileSync(file + suffix, compressed)
    }
  }
}
