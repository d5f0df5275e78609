/** `visage trace ADDRESS`: somebody's SIP messages as they come and go, for some time. */
import { Command, Option } from 'commander'
import type { TraceFlags } from './trace-session.ts'

export function traceCommand(): Command {
  return new Command('trace')
    .description('show all SIP messages from, to and about an address; asks the running service')
    .argument('<address>', 'whose messages')
    .option('--for <duration>', 'how long, at most 1h', '10m')
    .addOption(
      new Option('--format <format>', 'text, or pcap for sngrep and Wireshark').choices([
        'text',
        'pcap',
      ]),
    )
    .option('--output <file>', 'where to write; a name that ends in .pcap means that format', '-')
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service')
    .action(async (address: string, flags: TraceFlags) => {
      const { trace } = await import('./trace-session.ts')
      await trace(address, flags)
    })
}
