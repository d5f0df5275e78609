/** What the scripts of this folder are made of: the project's folder, its files' ages, and programs that are run. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Runs a command in the project's folder; what it printed is shown only when it fails. */
export function run(command, args, { quiet = false } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? 'pipe' : 'inherit',
    encoding: 'utf8',
  })
  if (result.status === 0) return
  if (quiet) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
  if (result.error) process.stderr.write(`${command}: ${result.error.message}\n`)
  process.stderr.write(`${command} ${args.join(' ')} failed\n`)
  process.exit(result.status || 1)
}

/** When a file was last written, in milliseconds; 0: it is not there. */
export const changed = (file) =>
  existsSync(join(root, file)) ? statSync(join(root, file)).mtimeMs : 0

/** When the newest source below a folder was written. */
export function newest(folder) {
  let time = 0
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== 'dist') time = Math.max(time, newest(path))
    else if (entry.isFile()) time = Math.max(time, changed(path))
  }
  return time
}
