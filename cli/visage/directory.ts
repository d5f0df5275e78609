/** `visage directory sync`: names and pictures from a directory. */
import { Command } from 'commander'
import type { DirectoryFlags } from './directory-session.ts'

export function directoryCommand(): Command {
  return new Command('directory')
    .description('names and pictures from an LDAP directory, a folder or a list')
    .addCommand(
      new Command('sync')
        .description('make names and pictures here what the directory says')
        .option('--folder <folder>', 'pictures by address: alice@example.com.png')
        .option('--csv <file>', 'address,name,picture: the picture is a file')
        .option('--dry-run', 'say what would be done, and write nothing')
        .option('--force', 'remove however many the directory does not have any more')
        .option('--data <folder>', 'folder of the store (./data)')
        .option('--config <file>', 'configuration of the service, with its directory')
        .action(async (flags: DirectoryFlags) => {
          const { syncWithDirectory } = await import('./directory-session.ts')
          await syncWithDirectory(flags)
        }),
    )
}
