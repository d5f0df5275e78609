/** Says on stderr what went wrong when the command goes on. */

export function complain(error: unknown): undefined {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`)
}
