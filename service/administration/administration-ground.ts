/** What the operations of the administration stand on. */
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { Explain } from '../../presence-agent/explanation/explanation-facts.ts'
import type { ReportGateway } from '../../xmpp-gateway/gateway-report.ts'
import type { AccountAdministration } from '../account-administration.ts'
import type { Configuration } from '../configuration.ts'
import type { Reload } from '../life/reload.ts'
import type { Reloaded } from '../life/settings.ts'
import type { LookAtTop } from '../top/top.ts'
import type { Traces } from '../trace/traces.ts'

/** What operations stand on, whether a service runs or not. */
export interface AdministrationGround {
  readonly configuration: Configuration
  readonly store: OpenedStore
  /** Changes to accounts go through it, one after the other. */
  readonly accounts: AccountAdministration
  /** Absent: nobody says which domains are served, so any will do. */
  readonly domains?: Domains | undefined
  readonly clock: Clock
  readonly log: Log
}

/** What only a running service has. */
export interface RunningService {
  readonly explain: Explain
  readonly reportGateway?: ReportGateway | undefined
  readonly traces: Traces
  readonly top: LookAtTop
  /** Throws ConfigurationError. */
  readonly reload: () => Reloaded
  readonly lastReload: Reload['last']
}
