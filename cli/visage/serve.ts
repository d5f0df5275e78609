/** `visage serve`: runs the service until it is told to stop. */
import { Command } from 'commander'
import { collect, type ServeFlags } from './configuration-flags.ts'

export function serveCommand(): Command {
  return new Command('serve')
    .description('run the XCAP server and the presence agent')
    .option('--config <file>', 'configuration file (YAML)')
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--domain <domain>', 'a domain that is served; repeatable', collect)
    .option('--http <address>', 'HOST:PORT of the HTTP listener (127.0.0.1:8080)')
    .option(
      '--sip <address>',
      'TRANSPORT:HOST:PORT of a SIP listener (udp, tcp, tls, ws, wss); repeatable',
      collect,
    )
    .option('--public-url <url>', 'what clients call the HTTP listener')
    .option('--workers <number>', 'processes that share the work (1)')
    .option('--log-format <format>', 'json or pretty (pretty on a terminal, else json)')
    .option('--demo', 'domain localhost; on an empty store, two accounts to play with')
    .action(async (flags: ServeFlags) => {
      const { serve } = await import('./serve-session.ts')
      await serve(flags)
    })
}
