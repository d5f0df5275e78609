/** What the parts of the service stand on. */
import type { DigestAuthenticator } from '../core/digest/digest-authenticator.ts'
import type { Account } from '../core/model/account.ts'
import type { Clock } from '../core/model/clock.ts'
import type { Domains } from '../core/model/domain.ts'
import type { Log } from '../core/model/log.ts'
import type { OpenedStore } from '../core/model/opened-store.ts'
import type { Configuration } from './configuration.ts'
import type { Drain } from './life/drain.ts'
import type { Settings } from './life/settings.ts'
import type { LoadControl } from './load/load-control.ts'
import type { Observed } from './metrics/observed.ts'
import type { PublicUrls } from './public-urls.ts'
import type { Readiness } from './readiness.ts'
import type { CostTap } from './top/cost-tap.ts'
import type { TraceTap } from './trace/trace-tap.ts'
import type { Team } from './workers/team.ts'

export interface Ground {
  /** In force: what stands in its sections changes when it is read again. */
  readonly configuration: Configuration
  readonly settings: Settings
  readonly store: OpenedStore
  readonly domains: Domains
  readonly clock: Clock
  readonly log: Log
  readonly readiness: Readiness
  /** Hears the SIP messages of this process. */
  readonly tap: TraceTap
  /** What was begun, and is to be finished before the end. */
  readonly drain: Drain
  readonly observed: Observed
  readonly costs: CostTap
  /** The other workers of this service; absent: this process is all of it. */
  readonly team?: Team | undefined
}

/** What a server needs besides. */
export interface ServerGround extends Ground {
  readonly authenticator: DigestAuthenticator<Account>
  readonly urls: PublicUrls
  readonly load: LoadControl
}
