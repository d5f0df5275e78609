/** The application usages of this server, by every AUID that leads to them. RFC 4825 §5. */
import type { XmlLimits } from '../core/documents/xml-reader.ts'
import type { DocumentStore } from '../core/model/stores.ts'
import type { ApplicationUsage, Readers } from './application-usage.ts'
import { createConfiguredUsage, type ConfiguredUsage } from './application-usages/configured.ts'
import { createPresContentUsage } from './application-usages/pres-content.ts'
import { createXcapCapsUsage } from './application-usages/xcap-caps.ts'
import { createXcapDirectoryUsage } from './application-usages/xcap-directory.ts'
import type { IconContents } from './icon-content.ts'
import type { IconRepresentations } from './icon-representations.ts'
import { loadSchemaValidator, type SchemaValidator } from './schema-validator.ts'

export interface Usages {
  readonly byName: ReadonlyMap<string, ApplicationUsage>
  /** Gives compiled schemas back. */
  dispose(): void
}

/** Rejects when a configured schema cannot be read. */
export async function loadUsages(options: {
  documents: DocumentStore
  contents: IconContents
  representations: IconRepresentations
  readers: Readers
  maxIconDocumentBytes: number
  xmlLimits: XmlLimits
  publicUrl: string
  xcapRoot: string
  applicationUsages: readonly ConfiguredUsage[]
}): Promise<Usages> {
  const validators: SchemaValidator[] = []
  const usages = [
    createPresContentUsage(options),
    createXcapDirectoryUsage({ ...options, rootUrl: options.publicUrl + options.xcapRoot }),
  ]
  for (const usage of options.applicationUsages) {
    const { schema } = usage
    const validator = schema === undefined ? undefined : await loadSchemaValidator(schema)
    if (validator) validators.push(validator)
    usages.push(createConfiguredUsage({ ...options, usage, ...(validator && { validator }) }))
  }
  usages.push(createXcapCapsUsage(usages))
  return {
    byName: new Map(usages.flatMap((usage) => usage.names.map((name) => [name, usage]))),
    dispose: () => {
      for (const validator of validators) validator.dispose()
    },
  }
}
