/** Whether an embedded store is in a folder, or will be when it is opened. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The second: a restoration that was interrupted in its last step. */
const SIGNS = ['format', 'restore.ready']

export function isStoreIn(folder: string): boolean {
  return SIGNS.some((name) => existsSync(join(folder, name)))
}
