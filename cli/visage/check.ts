/** `visage check`: whether all that a store holds is whole, and its repair. */
import { Command } from 'commander'
import type { CheckFlags } from './check-session.ts'

export function checkCommand(): Command {
  return new Command('check')
    .description(
      'read every record, image and index of the store; a service may run on it, except for --repair',
    )
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service, for its store')
    .option('--repair', 'make indexes anew; what cannot be read is moved into lost+found')
    .option('--json', 'one JSON object a line')
    .action(async (flags: CheckFlags) => {
      const { check } = await import('./check-session.ts')
      await check(flags)
    })
}
