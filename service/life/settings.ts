/** The settings in force: read once at the start, and again when the operator says so (SIGHUP, `visage reload`). */
import { isDeepStrictEqual } from 'node:util'
import type { Configuration } from '../configuration.ts'
import { changedSettings, settingAt } from './changed-settings.ts'
import { isReloadable } from './reloadable.ts'

/** What became of a configuration that was read again, by keys as `sip.trustedPeers`. */
export interface Reloaded {
  readonly changed: readonly string[]
  /** These differ too, but stay as they are until the service starts anew. */
  readonly needRestart: readonly string[]
}

export interface Settings {
  /** In force. It and its sections stay the same objects, whose members change: whoever reads one when needed has the current one. */
  readonly configuration: Configuration
  /** What `make` makes of a part of the configuration; made anew when that part has changed. */
  readonly following: <Part, T>(
    part: (configuration: Configuration) => Part,
    make: (part: Part) => T,
  ) => () => T
  /** Told of the keys after they have changed. */
  readonly onChange: (hear: (changed: readonly string[]) => void) => void
  /** Takes what can be changed while running. */
  readonly use: (next: Configuration) => Reloaded
}

export function createSettings(given: Configuration): Settings {
  const configuration = structuredCopy(given)
  const listeners: ((changed: readonly string[]) => void)[] = []
  return {
    configuration,
    following(part, make) {
      let current = part(configuration)
      let made = make(current)
      listeners.push(() => {
        const next = part(configuration)
        if (isDeepStrictEqual(next, current)) return
        current = next
        made = make(next)
      })
      return () => made
    },
    onChange: (hear) => void listeners.push(hear),
    use(next) {
      const different = changedSettings(configuration, next)
      const removed = domainsRemoved(configuration, next)
      const changed = different.filter((key) => mayChange(key, configuration, removed))
      for (const key of changed) put(configuration, key, settingAt(next, key))
      if (changed.length > 0) for (const hear of listeners) hear(changed)
      return { changed, needRestart: different.filter((key) => !changed.includes(key)) }
    },
  }
}

/** Its sections are its own; what stands in them is never changed, only replaced. */
function structuredCopy(given: Configuration): Configuration {
  const entries = Object.entries(given).map(([name, value]: [string, unknown]) => {
    const isSection = typeof value === 'object' && value !== null && !Array.isArray(value)
    return [name, isSection ? { ...value } : value] as const
  })
  return Object.fromEntries(entries) as unknown as Configuration
}

/** Domains that say nothing else have these, so they change with the domains or not at all. */
const OF_DOMAINS: ReadonlySet<string> = new Set([
  'domains',
  'presence.defaultPolicy',
  'icons.approval',
])

/** People of a domain that is gone would still be subscribed; and where a gateway is, it and the workers know them from the start. */
function mayChange(key: string, { xmpp }: Configuration, removed: boolean): boolean {
  if (OF_DOMAINS.has(key) && (removed || xmpp.component.length > 0)) return false
  return isReloadable(key)
}

function domainsRemoved(before: Configuration, after: Configuration): boolean {
  const names = new Set(after.domains.map(({ name }) => name))
  return before.domains.some(({ name }) => !names.has(name))
}

function put(configuration: Configuration, key: string, value: unknown): void {
  const [name = '', member] = key.split('.')
  const sections = configuration as unknown as Record<string, unknown>
  if (member === undefined) sections[name] = value
  else (sections[name] as Record<string, unknown>)[member] = value
}
