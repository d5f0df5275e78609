/** `visage dns DOMAIN`: the DNS records that clients look for. */
import { Command } from 'commander'
import type { DnsFlags } from './dns-session.ts'

export function dnsCommand(): Command {
  return new Command('dns')
    .description(
      'print the SRV, NAPTR and TXT records to set for a domain, as lines of a zone file',
    )
    .argument('<domain>', 'the domain')
    .option('--host <name>', "the server's own name (sip.DOMAIN)")
    .option('--config <file>', 'configuration of the service')
    .option('--check', 'look them up, and say which are missing')
    .option('--resolver <address>', 'IP[:PORT] of the name server to ask')
    .action(async (domain: string, flags: DnsFlags) => {
      const { dns } = await import('./dns-session.ts')
      await dns(domain, flags)
    })
}
