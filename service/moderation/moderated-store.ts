/** The store with its moderation: bans and approval on whatever engine stands below. */
import { hmacSha256 } from '../../core/digest/node-hashes.ts'
import { createImageResizer } from '../../core/images/image-resizer.ts'
import { createPixelHasher } from '../../core/images/pixel-hasher.ts'
import type { Clock } from '../../core/model/clock.ts'
import { createDomains, type Domains } from '../../core/model/domain.ts'
import { iconToken } from '../../core/model/icon-announcement.ts'
import type { Log } from '../../core/model/log.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { Allowance } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { Configuration } from '../configuration.ts'
import { createBannedImages, type BannedImages } from './banned-images.ts'
import { withDomainAllowance } from './domain-allowance.ts'
import { withDomainQuota } from './domain-quota.ts'
import { createHeldIcons, type HeldIcons } from './held-icons.ts'
import { createModeratedDocuments } from './moderated-documents.ts'

export interface Moderation {
  readonly banned: BannedImages
  readonly held: HeldIcons
}

type Settings = Pick<Configuration, 'domains' | 'icons'>

interface ModerationSurroundings {
  readonly clock: Clock
  readonly log: Log
  /** As they are in force. Absent: those of the configuration, which stay. */
  readonly domains?: Pick<Domains, 'of'> | undefined
}

export function moderated<S extends OpenedStore>(
  opened: S,
  configuration: Settings,
  surroundings: ModerationSurroundings,
): S {
  const { domains = createDomains(configuration.domains) } = surroundings
  const within = withDomainQuota(opened, { domains, now: () => surroundings.clock.now() })
  const store = {
    ...{ ...opened, ...within },
    documents: withDomainAllowance(within.documents, domains),
  }
  const { banned, held } = createModeration(store, configuration, surroundings)
  const documents = createModeratedDocuments({
    documents: store.documents,
    banned,
    held: {
      async hold(id, ...rest) {
        const outcome = await held.hold(id, ...rest)
        if (outcome.outcome === 'held') {
          surroundings.log.info({ address: id.tree }, 'an icon waits for approval')
        }
        return outcome
      },
    },
    mustWait: mustWaitBy(domains, configuration),
  })
  return { ...store, documents }
}

/** `store`: moderated or not. */
export function createModeration(
  { documents, administration, secrets }: OpenedStore,
  { icons: { maxPixels } }: Settings,
  { clock }: { readonly clock: Pick<Clock, 'now'> },
): Moderation {
  return {
    banned: createBannedImages({
      records: administration,
      pixels: createPixelHasher({ maxPixels }),
      images: createImageResizer({ maxPixels }),
    }),
    held: createHeldIcons({
      documents,
      records: administration,
      tokenOf: async (owner, hash) =>
        iconToken(hmacSha256(await secrets.secret('icon-token')), owner, hash),
      now: () => clock.now(),
    }),
  }
}

/** What the operator writes need not wait; a picture of somebody in another network is nobody's own. */
function mustWaitBy(domains: Pick<Domains, 'of'>, { icons }: Pick<Settings, 'icons'>) {
  return (owner: Aor, allowance: Allowance | undefined): boolean => {
    const domain = domains.of(owner)
    if (!domain) return icons.approval === 'required'
    return allowance !== undefined && domain.iconApproval === 'required'
  }
}
