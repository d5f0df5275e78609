/** The running service's operations as routes: of the socket in the data folder. */
import type { IncomingMessage } from 'node:http'
import type { AdminRoutes } from '../admin-routes.ts'
import { createDispatch } from './dispatch.ts'
import { createOperationListener } from './operation-listener.ts'
import { API_ROOT } from './operation-request.ts'
import type { Caller } from './operation.ts'
import { createOperations, type AdministrationGround, type RunningService } from './operations.ts'
import { createReach } from './reach.ts'
import { LOCAL_USER_HEADER } from './running-service.ts'

export interface ServiceRoutes {
  /** Whoever can open the socket may ask for everything. */
  readonly onSocket: AdminRoutes
}

export function createServiceRoutes(
  ground: AdministrationGround,
  running: RunningService,
): ServiceRoutes {
  const { store, domains, log } = ground
  const operations = createOperations(ground, running)
  const dispatch = createDispatch({ checkReach: createReach({ ...store, domains }) })
  const listener = createOperationListener({ operations, dispatch, callerOf: localCaller, log })
  return { onSocket: { [`${API_ROOT}/`]: listener } }
}

const LONGEST_NAME = 100

function localCaller(request: IncomingMessage): Promise<Caller> {
  const said = request.headers[LOCAL_USER_HEADER]
  const name = typeof said === 'string' ? said.slice(0, LONGEST_NAME) : 'unknown'
  return Promise.resolve({ who: `local:${name}` })
}
