/** `visage icon …`: what an operator does with the icons of people, whether the service runs or not. */
import { Command } from 'commander'
import type { HeldFlags } from './icon-session.ts'
import type { StoreFlags } from './user-flags.ts'

const session = () => import('./icon-session.ts')
const icons = () => import('./person-icon-session.ts')

export function iconCommand(): Command {
  return new Command('icon')
    .description('icons of people: put, remove, lock, approve (icons.approval: required)')
    .addCommand(putCommand())
    .addCommand(removeCommand())
    .addCommand(lockCommand())
    .addCommand(unlockCommand())
    .addCommand(waitingCommand())
    .addCommand(showCommand())
    .addCommand(approveCommand())
    .addCommand(rejectCommand())
}

function putCommand(): Command {
  return withStore(new Command('put').description('give a person an icon, locked or not'))
    .argument('<address>')
    .argument('<file>', 'PNG, JPEG or GIF')
    .action(async (address: string, file: string, flags: StoreFlags) =>
      (await icons()).putPersonIcon(address, file, flags),
    )
}

function removeCommand(): Command {
  return withStore(new Command('remove').description('remove the icons of a person'))
    .argument('<address>')
    .action(async (address: string, flags: StoreFlags) =>
      (await icons()).removePersonIcon(address, flags),
    )
}

function lockCommand(): Command {
  return withStore(new Command('lock').description('let only administrators change the icon'))
    .argument('<address>')
    .action(async (address: string, flags: StoreFlags) => (await icons()).lock(address, flags))
}

function unlockCommand(): Command {
  return withStore(new Command('unlock').description('let the person change the icon again'))
    .argument('<address>')
    .action(async (address: string, flags: StoreFlags) => (await icons()).unlock(address, flags))
}

function withStore(command: Command): Command {
  return command
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service, for its store')
}

function waitingCommand(): Command {
  return withStore(new Command('waiting').description('list the icons that wait'))
    .option('--domain <domain>', 'only those of this domain')
    .option('--json', 'one JSON object a line')
    .action(async (flags: HeldFlags) => (await session()).listWaiting(flags))
}

function showCommand(): Command {
  return withStore(new Command('show').description('save the icon of a person that waits as PNG'))
    .argument('<address>')
    .argument('<file>', 'a new file; - for standard output')
    .action(async (address: string, file: string, flags: StoreFlags) =>
      (await session()).showIcon(address, file, flags),
    )
}

function approveCommand(): Command {
  return withStore(new Command('approve').description('let everybody see it'))
    .argument('<address>')
    .action(async (address: string, flags: StoreFlags) => (await session()).approve(address, flags))
}

function rejectCommand(): Command {
  return withStore(new Command('reject').description('remove it'))
    .argument('<address>')
    .action(async (address: string, flags: StoreFlags) => (await session()).reject(address, flags))
}
