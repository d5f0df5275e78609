/** Everything that can be asked of the administration: one list, of which routes, socket, commands and OpenAPI are made. */
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { Explain } from '../../presence-agent/explanation/explanation-facts.ts'
import type { ReportGateway } from '../../xmpp-gateway/gateway-report.ts'
import type { AccountAdministration } from '../account-administration.ts'
import type { Configuration } from '../configuration.ts'
import type { Reloaded } from '../life/settings.ts'
import type { Traces } from '../trace/traces.ts'
import { accountOperations } from './account-operations.ts'
import { traceOperations } from './trace-operations.ts'
import { reloadOperations } from './reload-operations.ts'
import { auditOperations } from './audit-operations.ts'
import { approvalOperations } from './approval-operations.ts'
import { importOperations } from './import-operations.ts'
import { eventStateOperations } from './event-state-operations.ts'
import { iconOperations } from './icon-operations.ts'
import { explainOperations } from './explain-operations.ts'
import { imageOperations } from './image-operations.ts'
import { directoryOperations } from './directory-operations.ts'
import type { Operation } from './operation.ts'
import { personOperations } from './person-operations.ts'
import { tokenOperations } from './token-operations.ts'

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
  /** Throws ConfigurationError. */
  readonly reload: () => Reloaded
}

/** `running` is absent where a command has opened the store itself. */
export function createOperations(
  ground: AdministrationGround,
  running?: RunningService,
): readonly Operation[] {
  return [
    ...accountOperations(ground),
    ...iconOperations(ground),
    ...eventStateOperations(ground),
    ...importOperations(ground),
    ...imageOperations(ground),
    ...approvalOperations(ground),
    ...tokenOperations(ground),
    ...directoryOperations(ground),
    ...auditOperations(ground),
    // A database may be served by other nodes.
    ...personOperations(ground, {
      isServed: running !== undefined || ground.store.isLive !== undefined,
    }),
    ...(running
      ? [
          ...explainOperations(running),
          ...reloadOperations(running),
          ...traceOperations({ ...ground, ...running }),
        ]
      : []),
  ]
}
