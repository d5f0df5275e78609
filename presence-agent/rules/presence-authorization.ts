/** Presence authorization: what the presentity's rules let a watcher do and see; without any, the domain's policy. RFC 5025 §3, RFC 3856 §6.6.2. */
import type { Change } from '../../core/model/change-feed.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import { unfiltered, type Permissions } from '../../core/model/permissions.ts'
import { defaultSubHandling } from '../../core/model/presence-policy.ts'
import type { ExplainedDocument, PresenceRuleSet } from '../../core/model/presence-rule-set.ts'
import type { RuleRequest } from '../../core/model/rule-matching.ts'
import type { Presentity } from '../../core/model/presentity.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { NeighbourPermissions } from '../neighbour/neighbour-authorization.ts'
import type { PresenceRuleDocuments } from './presence-rule-documents.ts'
import type { RuleMoments } from './rule-moments.ts'
import type { Spheres } from './spheres.ts'

type Watched = Pick<Presentity, 'aor' | 'domain'>

export interface PresenceAuthorization {
  /** `watcher`: the account's own address, never an alias; absent: nobody in particular. Rejects when the store cannot be asked. */
  readonly of: (presentity: Watched, watcher: Aor | undefined) => MaybePromise<Permissions>
  explain(presentity: Watched, watcher: Aor | undefined): MaybePromise<ExplainedDecision>
  /** Whose watchers a change may give other permissions. */
  changedBy(change: Change): Aor | undefined
}

interface ExplainedDecision {
  readonly permissions: Permissions
  /** `self`: everybody may watch themselves. `contact`: she answers in another network. */
  readonly by: 'self' | 'rules' | 'policy' | 'contact'
  /** None: she has no rules. */
  readonly documents: readonly ExplainedDocument[]
}

interface AuthorizationParts {
  readonly rules: PresenceRuleDocuments
  /** For people of another network. */
  readonly neighbours: NeighbourPermissions
  readonly spheres: Spheres
  readonly moments: RuleMoments
  readonly accounts: Pick<AccountStore, 'find'>
  readonly domains: Domains
  readonly clock: Clock
}

export function createPresenceAuthorization(parts: AuthorizationParts): PresenceAuthorization {
  const { rules, neighbours, domains } = parts
  const policyFor = ({ aor, domain }: Watched, watcher: Aor | undefined) =>
    unfiltered(defaultSubHandling(aor, domain, watcher, domains))
  return {
    of(presentity, watcher) {
      if (watcher === presentity.aor) return unfiltered('allow')
      if (presentity.domain.isNeighbour) return neighbours(presentity.aor, watcher)
      return whenReady(rules.of(presentity.aor), (set) =>
        set
          ? whenReady(requestFor(parts, presentity.aor, set, watcher), (request) =>
              set.permissionsFor(request),
            )
          : policyFor(presentity, watcher),
      )
    },
    explain(presentity, watcher) {
      if (presentity.domain.isNeighbour) {
        const permissions = neighbours(presentity.aor, watcher)
        return { permissions, by: 'contact', documents: [] }
      }
      return whenReady(rules.of(presentity.aor), (set): MaybePromise<ExplainedDecision> => {
        const isSelf = watcher === presentity.aor
        const policy = { permissions: policyFor(presentity, watcher), by: 'policy' } as const
        if (!set) return { ...policy, ...(isSelf && { by: 'self' }), documents: [] }
        return whenReady(requestFor(parts, presentity.aor, set, watcher), (request) => ({
          permissions: isSelf ? unfiltered('allow') : set.permissionsFor(request),
          by: isSelf ? 'self' : 'rules',
          documents: set.explain(request),
        }))
      })
    },
    changedBy: (change) => rules.changedBy(change),
  }
}

function requestFor(
  parts: AuthorizationParts,
  presentity: Aor,
  set: PresenceRuleSet,
  watcher: Aor | undefined,
): MaybePromise<RuleRequest> {
  const now = parts.clock.now()
  const sphere = set.usesSphere ? parts.spheres.of(presentity) : undefined
  parts.moments.decided(presentity, set.nextBoundary(now))
  return whenReady(aliasesOf(parts, watcher), (aliases) => ({ watcher, aliases, now, sphere }))
}

const NONE: readonly Aor[] = []

// DEVIATION: RFC 5025 §3.1.1.2 takes aliases for different people; here they are one account, and a rule about any of them is about it.
function aliasesOf(
  { accounts, domains }: AuthorizationParts,
  watcher: Aor | undefined,
): MaybePromise<readonly Aor[]> {
  if (watcher === undefined || !domains.of(watcher)) return NONE
  return whenReady(accounts.find(watcher), (account) => account?.aliases ?? NONE)
}
