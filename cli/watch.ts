/** `visage watch`: shows who is online, what they say, and their icons, as it changes. RFC 3856, RFC 4662, RFC 4482. */
import { Command } from 'commander'
import { parseAor, type Aor } from '../core/uri/aor.ts'
import { addClientOptions, clientSettings, type ClientFlags } from './client-options.ts'
import { UsageError } from './usage-error.ts'

interface WatchFlags extends ClientFlags {
  readonly save?: string
  readonly watchers?: boolean
}

export function watchCommand(): Command {
  const command = new Command('watch')
    .description('show who is online, with note and icon, until Ctrl-C')
    .argument('[address...]', 'whom to watch: people, or lists that have an address')
    .option('--save <dir>', 'save their icons into this folder')
    .option('--watchers', 'show who watches you, too')
  return addClientOptions(command).action(async (addresses: string[], flags: WatchFlags) => {
    const presentities = [...new Set(addresses.map(addressOf))]
    const { save, watchers = false } = flags
    if (presentities.length === 0 && !watchers) {
      throw new UsageError('name somebody to watch, or say --watchers')
    }
    const settings = await clientSettings(flags)
    const { watchUntilStopped } = await import('./watch-session.ts')
    await watchUntilStopped(settings, { presentities, watchers, save })
  })
}

function addressOf(text: string): Aor {
  const aor = parseAor(text)
  if (!aor) throw new UsageError(`${text} is no address; write user@domain`)
  return aor
}
