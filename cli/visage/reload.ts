/** `visage reload`: the running service reads its configuration and certificates again. */
import { Command } from 'commander'
import type { ReloadFlags } from './reload-session.ts'

export function reloadCommand(): Command {
  return new Command('reload')
    .description('let the running service read its configuration and certificates again')
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service')
    .option('--status', 'only tell what became of the last time; exit code 1 where it failed')
    .option('--json', 'what has changed as one JSON object')
    .action(async (flags: ReloadFlags) => {
      const { reload } = await import('./reload-session.ts')
      await reload(flags)
    })
}
