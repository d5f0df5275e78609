/** `visage backup FILE` and `visage restore FILE`. */
import { Command } from 'commander'
import type { BackupFlags, RestoreFlags } from './backup-session.ts'

const session = () => import('./backup-session.ts')

export function backupCommand(): Command {
  return withStore(
    new Command('backup')
      .description('write all that the store holds into a file, while the service runs or not')
      .argument('<file>', 'a tar; compressed when its name ends in .gz or .tgz'),
  ).action(async (file: string, flags: BackupFlags) => (await session()).backup(file, flags))
}

export function restoreCommand(): Command {
  return withStore(
    new Command('restore')
      .description('make a backup the store; a service that runs on it is started anew')
      .argument('<file>', 'what visage backup wrote'),
  )
    .option('--replace', 'also when something is stored there, which is kept aside')
    .action(async (file: string, flags: RestoreFlags) => (await session()).restore(file, flags))
}

function withStore(command: Command): Command {
  return command
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service, for its store')
}
