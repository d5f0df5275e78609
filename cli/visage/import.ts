/** `visage import …`: accounts, documents and icons from elsewhere, whether the service runs or not. */
import { Command } from 'commander'
import type { ImportFlags } from './import-flags.ts'

export function importCommand(): Command {
  return new Command('import')
    .description('take accounts, documents and icons from Kamailio, OpenSIPS, OpenXCAP or a folder')
    .addCommand(accountsCommand())
    .addCommand(documentsCommand())
    .addCommand(iconsCommand())
}

function withStore(command: Command): Command {
  return command
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service, for its domains, realms and store')
    .option('--dry-run', 'say what would be done, and write nothing')
}

function accountsCommand(): Command {
  return withStore(new Command('accounts').description("accounts from a proxy's subscriber table"))
    .argument('<file>', 'SQL dump, or CSV: username,domain,ha1[,realm]; - for standard input')
    .option('--realm <realm>', 'realm of all rows that have none')
    .option('--table <name>', 'the table in the dump (subscriber)')
    .action(async (file: string, flags: ImportFlags) => {
      const { importAccountsFrom } = await import('./import-accounts.ts')
      await importAccountsFrom(file, flags)
    })
}

function documentsCommand(): Command {
  return withStore(new Command('documents').description("documents from a server's xcap table"))
    .argument('<file>', 'SQL dump; - for standard input')
    .option('--table <name>', 'the table in the dump (xcap)')
    .option('--overwrite', 'replace documents that are there and differ')
    .action(async (file: string, flags: ImportFlags) => {
      const { importDocumentsFrom } = await import('./import-documents.ts')
      await importDocumentsFrom(file, flags)
    })
}

function iconsCommand(): Command {
  return withStore(new Command('icons').description('icons from a folder of pictures'))
    .argument(
      '<folder>',
      'alice@example.com.png, example.com/alice.jpg, or alice.png with --domain',
    )
    .option('--domain <domain>', 'of pictures that say none')
    .option('--overwrite', 'replace icons that people have')
    .option('--lock', 'let only administrators change the icons that it brings')
    .action(async (folder: string, flags: ImportFlags) => {
      const { importIconsFrom } = await import('./import-icons.ts')
      await importIconsFrom(folder, flags)
    })
}
