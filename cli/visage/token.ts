/** `visage token …`: bearer tokens of the administration over HTTP. */
import { Command } from 'commander'
import { collect } from './configuration-flags.ts'
import type { NewTokenFlags } from './token-session.ts'
import type { ListFlags, StoreFlags } from './user-flags.ts'

const session = () => import('./token-session.ts')

export function tokenCommand(): Command {
  return new Command('token')
    .description('bearer tokens of the administration over HTTP')
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand())
}

function withStore(command: Command): Command {
  return command
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service, for its domains and store')
}

function addCommand(): Command {
  return withStore(new Command('add').description('make a token; it is shown once'))
    .requiredOption('--name <name>', 'who or what will use it')
    .option('--scope <scope>', 'read, or write, which may read too', 'read')
    .option('--domain <domain>', 'only for this domain; may be given several times', collect)
    .option('--expires <duration>', 'as 90d; without it the token works until it is removed')
    .action(async (flags: NewTokenFlags) => (await session()).addNewToken(flags))
}

function listCommand(): Command {
  return withStore(new Command('list').description('list the tokens'))
    .option('--json', 'one JSON object a line')
    .action(async (flags: ListFlags) => (await session()).showTokens(flags))
}

function removeCommand(): Command {
  return withStore(new Command('remove').description('remove a token; it is refused at once'))
    .argument('<id>', 'as `visage token list` shows it')
    .action(async (id: string, flags: StoreFlags) => (await session()).revokeToken(id, flags))
}
