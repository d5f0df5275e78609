/** Presence authorization, put together with what it reads and what it listens to. */
import type { PresenceDocument } from '../../core/documents/pidf.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { Spelling } from '../../core/model/identity-matching.ts'
import type { Log } from '../../core/model/log.ts'
import type { NeighbourPresence } from '../../core/model/neighbour-presence.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import type { AccountStore, DocumentStore } from '../../core/model/stores.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import type { AgentLimits } from '../limits.ts'
import { createListDocuments } from '../lists/list-documents.ts'
import { createListResolution } from '../lists/list-resolution.ts'
import {
  createPresenceAuthorization as createAuthorization,
  type PresenceAuthorization,
} from './presence-authorization.ts'
import { createPresenceRuleDocuments, type MembersOfList } from './presence-rule-documents.ts'
import type { PublishedState } from '../event-package.ts'
import { createNeighbourPermissions } from '../neighbour/neighbour-authorization.ts'
import type { Resource } from '../resource.ts'
import type { Resources } from '../resources.ts'
import { createRuleMoments } from './rule-moments.ts'
import { createSpheres } from './spheres.ts'

interface AuthorizationOptions {
  readonly documents: Pick<DocumentStore, 'get' | 'list'>
  readonly accounts: Pick<AccountStore, 'find'>
  readonly domains: Domains
  readonly neighbour?: NeighbourPresence
  /** Every absolute URL that the XCAP root has. */
  readonly xcapRootUrls: readonly string[]
  readonly limits: AgentLimits
  /** Asked for when a rule depends on what was published. */
  readonly resources: () => Resources
  /** The permissions to see these presentities may be others now. `untold`: by what was published, which nobody was told yet. */
  readonly outdated: (presentities: readonly Aor[], untold?: Resource) => void
  readonly clock: Clock
  readonly log: Log
}

export interface FollowedAuthorization extends PresenceAuthorization {
  /** The resource's state is another one: whether that makes the permissions outdated. */
  published(resource: Resource): boolean
  stop(): void
}

export function createPresenceAuthorization(options: AuthorizationOptions): FollowedAuthorization {
  const { domains, clock, outdated } = options
  const spelling: Spelling = {
    address: (aor) => domains.canonical(aor),
    domain: (domain) => domains.find(domain)?.name ?? domain,
  }
  const membersOf = createMembersOf(options, spelling)
  const spheres = createSpheres((aor) => publishedBy(options.resources(), aor))
  const moments = createRuleMoments(clock, outdated)
  const rules = createPresenceRuleDocuments({ ...options, membersOf, spelling })
  const neighbours = createNeighbourPermissions(options.neighbour)
  return {
    ...createAuthorization({ ...options, rules, neighbours, spheres, moments }),
    published(resource) {
      const { eventPackage, presentity } = resource
      if (eventPackage.name !== PRESENCE || !spheres.published(presentity)) return false
      outdated([presentity], resource)
      return true
    },
    stop() {
      moments.stop()
    },
  }
}

const PRESENCE = 'presence'
/** People let in by a list of theirs: more than anybody subscribes to at once. */
const LIST_MEMBERS = 20_000

function createMembersOf(options: AuthorizationOptions, spelling: Spelling): MembersOfList {
  const resolution = createListResolution({
    documents: createListDocuments(options),
    xcapRootUrls: options.xcapRootUrls,
    limits: { ...options.limits, listMembers: LIST_MEMBERS },
  })
  return (anchor, owner) =>
    // With a problem: those who can be known. Lists only ever let in.
    whenReady(resolution.ofReference(anchor, owner), ({ members }) => {
      const aors = members.flatMap(({ uri }) => parseAor(uri) ?? [])
      return new Set(aors.map((aor) => spelling.address(aor)))
    })
}

function publishedBy(resources: Resources, presentity: Aor): readonly PresenceDocument[] {
  const resource = resources.find(PRESENCE, presentity)
  const { eventPackage } = resource ?? {}
  if (!resource || !eventPackage || !('readPublication' in eventPackage)) return []
  return [...resource.publications.values()].flatMap(({ state, record }: PublishedState) => {
    if (state) return [state as PresenceDocument]
    const reading = eventPackage.readPublication(record.body)
    return 'state' in reading ? [reading.state as PresenceDocument] : []
  })
}
