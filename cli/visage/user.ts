/** `visage user …`: accounts, whether the service runs or not. */
import { Command } from 'commander'
import type { EraseFlags, ExportFlags } from './person-session.ts'
import type { ImportFlags, ListFlags, SecretFlags, StoreFlags } from './user-flags.ts'

const session = () => import('./user-session.ts')
const people = () => import('./person-session.ts')

export function userCommand(): Command {
  return new Command('user')
    .description('accounts: in the store, or through the running service')
    .addCommand(addCommand())
    .addCommand(aliasCommand())
    .addCommand(listCommand())
    .addCommand(passwordCommand())
    .addCommand(removeCommand())
    .addCommand(suspendCommand())
    .addCommand(resumeCommand())
    .addCommand(exportCommand())
    .addCommand(eraseCommand())
    .addCommand(importCommand())
}

function withStore(command: Command): Command {
  return command
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service, for its domains, realms and store')
}

function withSecret(command: Command): Command {
  return withStore(command)
    .option('--password-stdin', 'read the password from standard input')
    .option('--ha1 <hash>', 'H(username:realm:password) in place of a password')
    .option('--realm <realm>', 'realm of the hash (that of the domain)')
}

function addCommand(): Command {
  return withSecret(new Command('add').description('add an account').argument('<address>'))
    .option('--name <name>', 'what others see')
    .action(async (address: string, flags: SecretFlags) =>
      (await session()).addUser(address, flags),
    )
}

function aliasCommand(): Command {
  return withStore(new Command('alias').description('give an account another address'))
    .argument('<address>')
    .argument('<alias>', 'an address, or tel:+…')
    .action(async (address: string, alias: string, flags: StoreFlags) =>
      (await session()).addUserAlias(address, alias, flags),
    )
}

function listCommand(): Command {
  return withStore(new Command('list').description('list the accounts'))
    .option('--json', 'one JSON object a line')
    .action(async (flags: ListFlags) => (await session()).listUsers(flags))
}

function passwordCommand(): Command {
  return withSecret(
    new Command('passwd').description('set a password').argument('<address>'),
  ).action(async (address: string, flags: SecretFlags) =>
    (await session()).setUserPassword(address, flags),
  )
}

function removeCommand(): Command {
  return withStore(new Command('remove').description('remove an account, its icons and documents'))
    .argument('<address>')
    .action(async (address: string, flags: StoreFlags) =>
      (await session()).removeUser(address, flags),
    )
}

function suspendCommand(): Command {
  return withStore(new Command('suspend').description('let nobody sign in, and show nothing of it'))
    .argument('<address>')
    .action(async (address: string, flags: StoreFlags) => (await people()).suspend(address, flags))
}

function resumeCommand(): Command {
  return withStore(new Command('resume').description('end a suspension; nothing was lost'))
    .argument('<address>')
    .action(async (address: string, flags: StoreFlags) => (await people()).resume(address, flags))
}

function exportCommand(): Command {
  return withStore(new Command('export').description('save everything about a person as a zip'))
    .argument('<address>')
    .option('--output <file>', 'a new file (ADDRESS.zip); - for standard output')
    .action(async (address: string, flags: ExportFlags) =>
      (await people()).exportTo(address, flags),
    )
}

function eraseCommand(): Command {
  return withStore(new Command('erase').description('erase a person, and every trace in the store'))
    .argument('<address>')
    .option('--yes', 'do not ask')
    .action(async (address: string, flags: EraseFlags) => (await people()).erase(address, flags))
}

function importCommand(): Command {
  return withStore(new Command('import').description("import accounts from a proxy's table"))
    .argument('<file>', 'SQL dump, or CSV: username,domain,ha1[,realm]; - for standard input')
    .requiredOption('--format <format>', 'kamailio')
    .option('--realm <realm>', 'realm of all rows that have none')
    .option('--dry-run', 'say what would be done, and write nothing')
    .action(async (file: string, flags: ImportFlags) => (await session()).importUsers(file, flags))
}
