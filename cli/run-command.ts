/** Runs a command to its exit code: 0, 1 refused or failed, 2 not understood. */
import { CommanderError, type Command } from 'commander'
import { UsageError } from './usage-error.ts'

/** Errors are one line on stderr; commander has written its own already. */
export async function runCommand(command: Command, argv: readonly string[]): Promise<void> {
  process.stdout.on('error', endQuietly)
  try {
    await exitOverridden(command).parseAsync(argv)
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2
      return
    }
    process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}

function exitOverridden(command: Command): Command {
  command.exitOverride()
  for (const inner of command.commands) exitOverridden(inner)
  return command
}

/** Whoever read the output (`| head`) has seen enough. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}
