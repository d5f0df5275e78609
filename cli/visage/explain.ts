/** `visage explain WATCHER PRESENTITY`: why the watcher sees what it sees. */
import { Command } from 'commander'
import type { ListFlags } from './user-flags.ts'

export function explainCommand(): Command {
  return new Command('explain')
    .description('say why a watcher sees what it sees of somebody; asks the running service')
    .argument('<watcher>', 'who watches')
    .argument('<presentity>', 'who is watched')
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service')
    .option('--json', 'everything as one JSON object')
    .action(async (watcher: string, presentity: string, flags: ListFlags) => {
      const { explain } = await import('./explain-session.ts')
      await explain({ watcher, presentity }, flags)
    })
}
