/** `visage explain WATCHER PRESENTITY`: why the watcher sees what it sees. */
import { Command } from 'commander'

export interface ExplainFlags {
  readonly data?: string
  readonly config?: string
  readonly json?: boolean
}

export function explainCommand(): Command {
  return new Command('explain')
    .description('say why a watcher sees what it sees of somebody; asks the running service')
    .argument('<watcher>', 'who watches')
    .argument('<presentity>', 'who is watched')
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service')
    .option('--json', 'everything as one JSON object')
    .action(async (watcher: string, presentity: string, flags: ExplainFlags) => {
      const { explain } = await import('./explain-session.ts')
      await explain({ watcher, presentity }, flags)
    })
}
