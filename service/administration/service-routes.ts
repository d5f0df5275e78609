/** The running service's operations as routes: of the socket in the data folder, and of the administration's listener. */
import type { IncomingMessage } from 'node:http'
import type { AdminRoutes } from '../admin-routes.ts'
import { readVersion } from '../version.ts'
import { createAuditLog } from './audit-log.ts'
import { createBearer } from './bearer.ts'
import { createDispatch } from './dispatch.ts'
import { createOperationListener, type CallerOf } from './operation-listener.ts'
import { openApiDocument } from './openapi.ts'
import { API_ROOT } from './operation-request.ts'
import type { Caller, Operation } from './operation.ts'
import type { AdministrationGround, RunningService } from './administration-ground.ts'
import { createOperations } from './operations.ts'
import { createReach } from './reach.ts'
import { LOCAL_USER_HEADER } from './running-service.ts'
import { createTokens } from './tokens.ts'

export interface ServiceRoutes {
  /** Whoever can open the socket may ask for everything. */
  readonly onSocket: AdminRoutes
  /** Whoever has a token, and what that is for. */
  readonly onListener: AdminRoutes
  readonly close: () => Promise<void>
}

export function createServiceRoutes(
  ground: AdministrationGround,
  running: RunningService,
): ServiceRoutes {
  const { store, domains, clock, log } = ground
  const operations = createOperations(ground, running)
  const audit = createAuditLog(ground)
  const dispatch = createDispatch({ checkReach: createReach({ ...store, domains }), audit })
  const offered = operations.filter(({ description }) => !description.localOnly)
  const bearer = createBearer({ tokens: createTokens({ ...store, clock }), clock })
  const describe = () =>
    openApiDocument(
      offered.map(({ description }) => description),
      readVersion(),
    )
  const route = (some: readonly Operation[], callerOf: CallerOf): AdminRoutes => ({
    [`${API_ROOT}/`]: createOperationListener({
      operations: some,
      dispatch,
      callerOf,
      document: describe,
      log,
    }),
  })
  return {
    onSocket: route(operations, localCaller),
    onListener: route(offered, bearer),
    close: audit.close,
  }
}

const LONGEST_NAME = 100

function localCaller(request: IncomingMessage): Promise<Caller> {
  const said = request.headers[LOCAL_USER_HEADER]
  const name = typeof said === 'string' ? said.slice(0, LONGEST_NAME) : 'unknown'
  return Promise.resolve({ who: `local:${name}` })
}
