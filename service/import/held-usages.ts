/** Application usages for an import: loaded when one comes, given back when none did for a while. RFC 4825 §5. */
import { DEFAULT_XML_LIMITS } from '../../core/documents/xml-reader.ts'
import { measure } from '../../core/images/image-measure.ts'
import type { Cancel, Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { documentLimits } from '../../xcap-server/document-limits.ts'
import { createIconContents, type IconContents } from '../../xcap-server/icon-content.ts'
import { createIconRepresentations } from '../../xcap-server/icon-representations.ts'
import { createRepresentationCache } from '../../xcap-server/representation-cache.ts'
import { loadUsages, type Usages } from '../../xcap-server/usages.ts'
import type { Configuration } from '../configuration.ts'
import { ANY_DOMAINS } from './any-domains.ts'

export interface UsageGround {
  readonly configuration: Configuration
  readonly store: OpenedStore
  readonly domains?: Domains | undefined
  readonly clock: Clock
  readonly log: Log
}

/** Milliseconds without an import. */
const IDLE = 60_000

export interface HeldUsages {
  readonly usages: () => Promise<Usages['byName']>
  readonly contents: () => Promise<IconContents>
}

export function createHeldUsages(ground: UsageGround): HeldUsages {
  let held: Promise<Usages> | undefined
  let cancel: Cancel = () => undefined

  async function release(): Promise<void> {
    const given = held
    held = undefined
    await given?.then(
      (usages) => {
        usages.dispose()
      },
      () => undefined,
    )
  }

  return {
    async usages() {
      cancel()
      cancel = ground.clock.after(IDLE, () => void release())
      held ??= load(ground)
      const loading = held
      try {
        return (await loading).byName
      } catch (error) {
        if (held === loading) held = undefined
        throw error
      }
    },
    contents: () => iconContents(ground),
  }
}

async function load(ground: UsageGround): Promise<Usages> {
  const { configuration, store, log, domains = ANY_DOMAINS } = ground
  const { http, icons, limits, applicationUsages } = configuration
  const { documents, accounts, changes } = store
  return loadUsages({
    ...{ documents, accounts, changes, domains, log, applicationUsages },
    publicUrl: http.publicUrl ?? '',
    xcapRoot: http.xcapRoot,
    xmlLimits: documentLimits(limits.documentBytes),
    contents: await iconContents(ground),
    // Nothing is read through them here.
    representations: createIconRepresentations({
      documents,
      cache: createRepresentationCache({ capacity: 0 }),
      announcedCacheControl: 'no-store',
    }),
    readers: 'owner',
    maxIconDocumentBytes: iconDocumentBytes(configuration),
    personPages: icons.personPages === 'opt-in',
    // What the operator brings waits for nobody's approval.
    iconApproval: false,
  })
}

async function iconContents({ configuration, store }: UsageGround): Promise<IconContents> {
  const { maxBase64Bytes, maxPixels } = configuration.icons
  const maxLength = iconDocumentBytes(configuration)
  return createIconContents({
    rules: { limits: { maxBase64Bytes, maxPixels }, measure },
    xmlLimits: { ...DEFAULT_XML_LIMITS, maxLength },
    iconTokenKey: await store.secrets.secret('icon-token'),
  })
}

function iconDocumentBytes({ icons }: Configuration): number {
  return Math.max(DEFAULT_XML_LIMITS.maxLength, 2 * icons.maxBase64Bytes)
}
