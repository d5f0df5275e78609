/** Flags that say the same as keys of the configuration, in the shape of the file. */
import type { ConfigurationSources } from '../../service/config.ts'

export interface ConfigurationFlags {
  readonly config?: string
  readonly data?: string
  readonly domain?: string[]
  readonly http?: string
  readonly sip?: string[]
  readonly publicUrl?: string
}

export interface ServeFlags extends ConfigurationFlags {
  readonly demo?: boolean
  readonly workers?: string
  readonly logFormat?: string
}

export function configurationSources(
  flags: ConfigurationFlags & Pick<ServeFlags, 'workers' | 'logFormat'>,
  defaults: Readonly<Record<string, unknown>> = {},
): ConfigurationSources {
  return {
    ...(flags.config !== undefined && { file: flags.config }),
    environment: process.env,
    flags: {
      ...(flags.data !== undefined && { data: flags.data }),
      ...(flags.workers !== undefined && { workers: flags.workers }),
      ...(flags.logFormat !== undefined && { log: { format: flags.logFormat } }),
      ...(flags.domain && { domains: flags.domain }),
      ...((flags.http !== undefined || flags.publicUrl !== undefined) && {
        http: {
          ...(flags.http !== undefined && { listen: flags.http }),
          ...(flags.publicUrl !== undefined && { publicUrl: flags.publicUrl }),
        },
      }),
      ...(flags.sip && { sip: { listen: flags.sip } }),
    },
    defaults,
    folder: process.cwd(),
  }
}

/** For options that may be given several times. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value]
}
