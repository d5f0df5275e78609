/** `visage watch`: shows who is online, what they say, and their icons, as it changes. RFC 3856, RFC 4482. */
import { Command } from 'commander'
import { parseAor, type Aor } from '../core/uri/aor.ts'
import { addClientOptions, clientSettings, type ClientFlags } from './client-options.ts'
import { UsageError } from './usage-error.ts'

interface WatchFlags extends ClientFlags {
  readonly save?: string
}

export function watchCommand(): Command {
  const command = new Command('watch')
    .description('show who is online, with note and icon, until Ctrl-C')
    .argument('<address...>', 'whom to watch')
    .option('--save <dir>', 'save their icons into this folder')
  return addClientOptions(command).action(async (addresses: string[], flags: WatchFlags) => {
    const presentities = addresses.map(addressOf)
    const settings = await clientSettings(flags)
    const { watchUntilStopped } = await import('./watch-session.ts')
    await watchUntilStopped(settings, [...new Set(presentities)], flags.save)
  })
}

function addressOf(text: string): Aor {
  const aor = parseAor(text)
  if (!aor) throw new UsageError(`${text} is no address; write user@domain`)
  return aor
}
