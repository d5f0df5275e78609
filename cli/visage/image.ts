/** `visage image …`: images that nobody may store, whether the service runs or not. */
import { Command } from 'commander'
import type { ListFlags } from './user-flags.ts'
import type { BanFlags } from './image-session.ts'

const session = () => import('./image-session.ts')

export function imageCommand(): Command {
  return new Command('image')
    .description('images that nobody may store')
    .addCommand(banCommand())
    .addCommand(unbanCommand())
    .addCommand(listCommand())
}

function withStore(command: Command): Command {
  return command
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service, for its store')
}

function banCommand(): Command {
  return withStore(new Command('ban').description('ban an image, and remove it from everywhere'))
    .argument('<image>', 'a file, or the SHA-256 of one')
    .option('--reason <text>', 'for other operators')
    .action(async (image: string, flags: BanFlags) => (await session()).banImage(image, flags))
}

function unbanCommand(): Command {
  return withStore(new Command('unban').description('let an image be stored again'))
    .argument('<image>', 'a file, or the SHA-256 of one')
    .action(async (image: string, flags: BanFlags) => (await session()).unbanImage(image, flags))
}

function listCommand(): Command {
  return withStore(new Command('list').description('list the banned images'))
    .option('--json', 'one JSON object a line')
    .action(async (flags: ListFlags) => (await session()).listImages(flags))
}
