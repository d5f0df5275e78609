/** The version of this program, from its package.json. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Sources and compiled files lie at different depths below it. */
export function readVersion(folder = dirname(fileURLToPath(import.meta.url))): string {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return readVersion(dirname(folder))
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
