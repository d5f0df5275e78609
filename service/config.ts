/** Configuration: flags over environment over file over defaults, checked against the schema. */
import type { Domain } from '../core/model/domain.ts'
import { environmentLayer } from './config-environment.ts'
import { fileLayer } from './config-file.ts'
import { overlay, resolvePaths, type Layer } from './config-layer.ts'
import { ConfigurationError, describeIssues } from './config-problems.ts'
import { configurationSchema } from './config-schema.ts'
import { checkTogether } from './config-rules.ts'
import type { CheckedValues, Configuration } from './configuration.ts'
import { keysAt } from './schema-walk.ts'

export interface ConfigurationSources {
  /** Path of the YAML file. */
  readonly file?: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** In the shape of the file. */
  readonly flags: Readonly<Record<string, unknown>>
  /** Below all else, in the same shape: what holds where nobody says otherwise. */
  readonly defaults?: Readonly<Record<string, unknown>>
  /** What relative paths in environment and flags are relative to. */
  readonly folder: string
}

/** Throws ConfigurationError with every problem there is. */
export function readConfiguration(sources: ConfigurationSources): Configuration {
  const { folder } = sources
  const layers: Layer[] = [
    {
      values: resolvePaths({ data: './data', ...sources.defaults }, folder),
      origin: () => undefined,
    },
    ...(sources.file === undefined ? [] : [fileLayer(sources.file)]),
    environmentLayer(sources.environment, folder),
    { values: resolvePaths(sources.flags, folder), origin: () => undefined },
  ]
  const values = layers.map((layer) => layer.values).reduce(overlay)
  const checked = configurationSchema.safeParse(values)
  if (!checked.success) {
    const origin = (path: readonly PropertyKey[]) => originOf(path, layers)
    throw new ConfigurationError(
      describeIssues(checked.error.issues, origin, (path) => keysAt(configurationSchema, path)),
    )
  }
  const configuration = {
    ...checked.data,
    domains: checked.data.domains.map(withDefaults(checked.data)),
  }
  const problems = checkTogether(configuration)
  if (problems.length > 0) throw new ConfigurationError(problems)
  return configuration
}

/** The uppermost layer that has something at the path. */
function originOf(path: readonly PropertyKey[], layers: readonly Layer[]): string | undefined {
  const top = layers.findLast(({ values }) => holds(values, path.slice(0, 2)))
  return top?.origin(path)
}

function holds(values: unknown, path: readonly PropertyKey[]): boolean {
  const [key, ...rest] = path
  if (key === undefined || Array.isArray(values)) return true
  if (typeof values !== 'object' || values === null || !Object.hasOwn(values, key)) return false
  return holds((values as Record<PropertyKey, unknown>)[key], rest)
}

function withDefaults({ presence, icons }: CheckedValues) {
  return (domain: CheckedValues['domains'][number]): Domain => ({
    name: domain.name,
    realm: domain.realm ?? domain.name,
    aliases: domain.aliases,
    defaultPolicy: domain.defaultPolicy ?? presence.defaultPolicy,
    externalAccounts: domain.externalAccounts,
    ...(domain.lookup && { lookup: true }),
    iconApproval: domain.iconApproval ?? icons.approval,
    ...(domain.quota && { quota: domain.quota }),
  })
}
