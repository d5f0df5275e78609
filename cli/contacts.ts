/** `visage contacts …`: who is on my lists, and who may see me. RFC 4826, RFC 5025, shown as XMPP rosters are (RFC 6121). */
import { Command } from 'commander'
import { addClientOptions, type ClientFlags } from './client-options.ts'
import type { AddFlags, BlockFlags, ListFlags } from './contacts-flags.ts'

const session = () => import('./contacts-session.ts')

export function contactsCommand(): Command {
  return new Command('contacts')
    .description('who is on your lists, and who may see you')
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(removeCommand())
    .addCommand(allowCommand())
    .addCommand(blockCommand())
    .addCommand(forgetCommand())
}

function listCommand(): Command {
  const command = new Command('list')
    .description('show contacts, how you stand to each other, and who waits for an answer')
    .option('--offline', 'do not ask the SIP server: from lists and rules alone')
  return addClientOptions(command).action(async (flags: ListFlags) =>
    (await session()).listContacts(flags),
  )
}

function addCommand(): Command {
  return onAddress('add', 'put somebody on your list')
    .option('--name <name>', 'what you call them')
    .option('--group <group>', 'the list that they go on; it is made when there is none')
    .action(async (address: string, flags: AddFlags) =>
      (await session()).addContact(address, flags),
    )
}

function removeCommand(): Command {
  return onAddress('remove', 'take somebody off your lists; your rules stay').action(
    async (address: string, flags: ClientFlags) => (await session()).removeContact(address, flags),
  )
}

function allowCommand(): Command {
  return onAddress('allow', 'let somebody see you').action(
    async (address: string, flags: ClientFlags) => (await session()).allowContact(address, flags),
  )
}

function blockCommand(): Command {
  return onAddress('block', 'keep somebody from seeing you')
    .option('--polite', 'they are not told: they see you offline')
    .action(async (address: string, flags: BlockFlags) =>
      (await session()).blockContact(address, flags),
    )
}

function forgetCommand(): Command {
  return onAddress('forget', 'take back allow and block: your other rules decide').action(
    async (address: string, flags: ClientFlags) => (await session()).forgetContact(address, flags),
  )
}

function onAddress(name: string, description: string): Command {
  return addClientOptions(
    new Command(name).description(description).argument('<address>', 'user@domain'),
  )
}
