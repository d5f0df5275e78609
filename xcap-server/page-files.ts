/** The built page, read from its folder once: every file with what was compressed beside it. */
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ContentCoding } from './content-coding.ts'
import { createPageAsset, type PageAsset } from './page-asset.ts'
import type { HeaderFields } from './reply.ts'

/** Where the build puts it: beside this room, wherever the service was started from. */
export const PAGE_FOLDER = fileURLToPath(new URL('../page/', import.meta.url))

const INDEX = 'index.html'
const MEDIA_TYPES: Partial<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}
/** By what the build appends to the name, the smallest first. */
const CODINGS: readonly (readonly [suffix: string, coding: ContentCoding])[] = [
  ['.br', 'br'],
  ['.gz', 'gzip'],
]

/** By the path in the URL; empty where the page was not built. `indexHeaders`: what its document carries besides. */
export async function readPageFiles(
  folder: string,
  indexHeaders: HeaderFields,
): Promise<ReadonlyMap<string, PageAsset>> {
  const files = await filesBelow(folder)
  const present = new Set(files)
  const assets = new Map<string, PageAsset>()
  for (const file of files) {
    const type = MEDIA_TYPES[extname(file)]
    // Source maps stay on the disk, and what is compressed goes with its original.
    if (type === undefined) continue
    const codings = new Map<ContentCoding, Uint8Array>()
    for (const [suffix, coding] of CODINGS) {
      if (present.has(file + suffix))
        codings.set(coding, await readFile(join(folder, file + suffix)))
    }
    const content = await readFile(join(folder, file))
    const own = file === INDEX ? indexHeaders : {}
    const headers = { 'Content-Type': type, 'Cache-Control': cacheControl(file), ...own }
    assets.set(file === INDEX ? '/' : `/${file}`, createPageAsset({ content, codings, headers }))
  }
  return assets
}

/** The build names assets by their content, so what was fetched once holds for ever. RFC 8246. */
function cacheControl(file: string): string {
  return file.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
}

/** Relative to the folder, with slashes. */
async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
