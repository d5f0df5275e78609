/** `visage publish`: publishes presence, keeps it published while it runs, and removes it at the end. RFC 3903. */
import { Command, Option } from 'commander'
import { ACTIVITIES, isActivity } from '../client/activities.ts'
import type { PublishedPresence } from '../client/presence-document.ts'
import { addClientOptions, clientSettings, type ClientFlags } from './client-options.ts'
import { UsageError } from './usage-error.ts'

interface PublishFlags extends ClientFlags {
  readonly basic: 'open' | 'closed'
  readonly activity?: string[]
  readonly note?: string
  readonly icon?: string
}

export function publishCommand(): Command {
  const command = new Command('publish')
    .description('publish your presence for as long as this runs')
    .addOption(
      new Option('--basic <status>', 'open: you can be reached')
        .choices(['open', 'closed'])
        .default('open'),
    )
    .option('--activity <name...>', 'what you are doing: busy, away, meeting …')
    .option('--note <text>', 'what you want to say')
    .option('--icon <url>', 'where your picture is; none, or your stored icon, when absent')
  return addClientOptions(command).action(async (flags: PublishFlags) => {
    const presence = publishedPresence(flags)
    const settings = await clientSettings(flags)
    const { publishUntilStopped } = await import('./publish-session.ts')
    await publishUntilStopped(settings, presence)
  })
}

function publishedPresence({ basic, activity = [], note, icon }: PublishFlags): PublishedPresence {
  const unknown = activity.find((name) => !isActivity(name))
  if (unknown !== undefined) {
    throw new UsageError(`${unknown} is no activity; there are ${ACTIVITIES.join(', ')}`)
  }
  if (icon !== undefined && icon !== 'none' && !URL.canParse(icon)) {
    throw new UsageError(`${icon} is no URL; write http://HOST/PATH, or none`)
  }
  return {
    basic,
    activities: activity,
    ...(note !== undefined && note !== '' && { note }),
    ...(icon !== undefined && icon !== 'none' && { icon }),
  }
}
