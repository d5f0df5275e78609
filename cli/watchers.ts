/** `visage watchers`: who watches me, and who asks to. RFC 3857. */
import { Command } from 'commander'
import { addClientOptions, clientSettings, type ClientFlags } from './client-options.ts'

export function watchersCommand(): Command {
  const command = new Command('watchers').description(
    'show who watches you, and who waits for your answer',
  )
  return addClientOptions(command).action(async (flags: ClientFlags) => {
    const settings = await clientSettings(flags)
    const { listWatchers } = await import('./watchers-session.ts')
    await listWatchers(settings)
  })
}
