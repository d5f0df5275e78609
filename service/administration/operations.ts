/** Everything that can be asked of the administration: one list, of which routes, socket, commands and OpenAPI are made. */
import type { AdministrationGround, RunningService } from './administration-ground.ts'
import { accountOperations } from './account-operations.ts'
import { traceOperations } from './trace-operations.ts'
import { reloadOperations } from './reload-operations.ts'
import { auditOperations } from './audit-operations.ts'
import { approvalOperations } from './approval-operations.ts'
import { importOperations } from './import-operations.ts'
import { eventStateOperations } from './event-state-operations.ts'
import { iconLockOperations } from './icon-lock-operations.ts'
import { iconOperations } from './icon-operations.ts'
import { explainOperations } from './explain-operations.ts'
import { imageOperations } from './image-operations.ts'
import { directoryOperations } from './directory-operations.ts'
import { domainOperations } from './domain-operations.ts'
import type { Operation } from './operation.ts'
import { personOperations } from './person-operations.ts'
import { topOperations } from './top-operations.ts'
import { tokenOperations } from './token-operations.ts'

/** `running` is absent where a command has opened the store itself. */
export function createOperations(
  ground: AdministrationGround,
  running?: RunningService,
): readonly Operation[] {
  return [
    ...accountOperations(ground),
    ...domainOperations(ground),
    ...iconOperations(ground),
    ...iconLockOperations(ground),
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
          ...explainOperations({ ...running, reach: { ...ground.store, domains: ground.domains } }),
          ...reloadOperations(running),
          ...topOperations(running),
          ...traceOperations({ ...ground, ...running }),
        ]
      : []),
  ]
}
