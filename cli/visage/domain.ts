/** `visage domain …`: what a domain has and may have, whether the service runs or not. */
import { Command } from 'commander'
import type { ListFlags } from './user-flags.ts'

const session = () => import('./domain-session.ts')

export function domainCommand(): Command {
  return new Command('domain').description('what a domain has and may have').addCommand(show())
}

function show(): Command {
  return new Command('show')
    .description('count the accounts and documents of a domain, and name its quota')
    .argument('<domain>')
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service, for its store and quotas')
    .option('--json', 'as one JSON object')
    .action(async (domain: string, flags: ListFlags) => (await session()).showDomain(domain, flags))
}
