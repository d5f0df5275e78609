/** `visage xmpp [ADDRESS]`: how the XMPP gateway stands, and how somebody and their contacts stand to each other. */
import { Command } from 'commander'
import type { ListFlags } from './user-flags.ts'

export function xmppCommand(): Command {
  return new Command('xmpp')
    .description('say how the XMPP gateway stands; asks the running service')
    .argument('[address]', 'of a SIP user or an XMPP contact, whose contacts are listed')
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service')
    .option('--json', 'everything as one JSON object')
    .action(async (address: string | undefined, flags: ListFlags) => {
      const { reportXmpp } = await import('./xmpp-session.ts')
      await reportXmpp(address === undefined ? {} : { address }, flags)
    })
}
