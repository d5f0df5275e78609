/** The application usages of this server, by every AUID that leads to them. RFC 4825 §5. */
import type { ChangeFeed } from '../core/model/change-feed.ts'
import type { Log } from '../core/model/log.ts'
import type { ApplicationUsage } from './application-usage.ts'
import { createConfiguredUsage, type ConfiguredUsage } from './application-usages/configured.ts'
import { createXcapCapsUsage } from './application-usages/xcap-caps.ts'
import { createXcapDirectoryUsage } from './application-usages/xcap-directory.ts'
import { createOwnerFinder } from './document-owner.ts'
import { openRlsServiceIndex } from './rls-service-index.ts'
import { loadSchemaValidator } from './schema-validator.ts'
import { loadStandardSchemas, STANDARD_NAMESPACES } from './standard-schemas.ts'
import { createStandardUsages, type StandardUsageParts } from './standard-usages.ts'

export interface Usages {
  readonly byName: ReadonlyMap<string, ApplicationUsage>
  /** Gives compiled schemas back and lets go of the change feed. */
  dispose(): void
}

interface Options extends Omit<StandardUsageParts, 'schema' | 'findOwner' | 'index'> {
  readonly changes: ChangeFeed
  readonly log: Log
  readonly publicUrl: string
  readonly applicationUsages: readonly ConfiguredUsage[]
}

/** Rejects when a configured schema cannot be read, or a configured AUID is there already; then nothing is left open. */
export async function loadUsages(options: Options): Promise<Usages> {
  const closers: (() => void)[] = []
  const dispose = () => {
    for (const close of closers) close()
  }
  try {
    const configured = await configuredUsages(options, closers)
    const standard = await standardUsages(options, closers)
    const stored = [...standard, ...configured]
    const rootUrl = options.publicUrl + options.xcapRoot
    const directory = createXcapDirectoryUsage({ ...options, others: stored, rootUrl })
    const others = [...standard, directory, ...configured]
    return {
      byName: byName([createXcapCapsUsage(others, STANDARD_NAMESPACES), ...others]),
      dispose,
    }
  } catch (error) {
    dispose()
    throw error
  }
}

async function standardUsages(
  options: Options,
  closers: (() => void)[],
): Promise<ApplicationUsage[]> {
  const schema = await loadStandardSchemas()
  closers.push(() => {
    schema.dispose()
  })
  const index = await openRlsServiceIndex(options)
  closers.push(() => {
    index.close()
  })
  return createStandardUsages({ ...options, schema, index, findOwner: createOwnerFinder(options) })
}

async function configuredUsages(
  options: Options,
  closers: (() => void)[],
): Promise<ApplicationUsage[]> {
  const usages: ApplicationUsage[] = []
  for (const usage of options.applicationUsages) {
    const validator =
      usage.schema === undefined ? undefined : await loadSchemaValidator(usage.schema)
    if (validator) {
      closers.push(() => {
        validator.dispose()
      })
    }
    usages.push(createConfiguredUsage({ ...options, usage, ...(validator && { validator }) }))
  }
  return usages
}

function byName(usages: readonly ApplicationUsage[]): Map<string, ApplicationUsage> {
  const found = new Map<string, ApplicationUsage>()
  for (const usage of usages) {
    for (const name of usage.names) {
      if (found.has(name)) {
        throw new Error(`applicationUsages: there is an application usage ${name} already`)
      }
      found.set(name, usage)
    }
  }
  return found
}
