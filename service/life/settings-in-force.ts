/** The settings of one process, with what every part of it has of them: the domains, and the log's level. */
import type { Domains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import type { Configuration } from '../configuration.ts'
import { createLiveDomains } from './live-domains.ts'
import { createSettings, type Settings } from './settings.ts'

export interface SettingsInForce {
  readonly settings: Settings
  readonly configuration: Configuration
  readonly domains: Domains
}

export function settingsInForce(
  given: Configuration,
  log: Log & { level?: string },
): SettingsInForce {
  const settings = createSettings(given)
  const { configuration } = settings
  const { domains, use } = createLiveDomains(configuration.domains)
  settings.onChange(() => {
    use(configuration.domains)
    log.level = configuration.log.level
  })
  return { settings, configuration, domains }
}
