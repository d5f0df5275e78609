/** `visage migrate`: moves a store from one engine to another. */
import { Command } from 'commander'
import type { MigrateFlags } from './migrate-session.ts'

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('copy a store into another: documents, icons, accounts, all of it, exactly')
    .requiredOption(
      '--from <store>',
      'level:FOLDER, postgres://…, or file:PATH of a file that holds either',
    )
    .requiredOption('--to <store>', 'the same; a store that no Visage runs on')
    .option(
      '--node <name>',
      "the node of the database that goes on with subscriptions (this host's name)",
    )
    .option('--dry-run', 'say what there is to copy, and write nothing')
    .action(async (flags: MigrateFlags) => {
      const { migrate } = await import('./migrate-session.ts')
      await migrate(flags)
    })
}
