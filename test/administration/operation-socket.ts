/** Operations behind the socket of a data folder, and whoever asks for them there. */
import assert from 'node:assert/strict'
import { silentLog } from '../../core/model/log.ts'
import { openAdminSocket } from '../../service/admin-socket.ts'
import { createOperationListener } from '../../service/administration/operation-listener.ts'
import { API_ROOT } from '../../service/administration/operation-request.ts'
import type { Operation } from '../../service/administration/operation.ts'
import { askRunningService } from '../../service/administration/running-service.ts'
import { createDispatch } from '../../service/administration/dispatch.ts'

const nothing = () => Promise.resolve()
const noAudit = { begin: () => Promise.resolve({ note: nothing }), refuse: nothing }

export async function openOperationSocket(dataFolder: string, operations: readonly Operation[]) {
  const listener = createOperationListener({
    operations,
    dispatch: createDispatch({ checkReach: () => Promise.resolve(), audit: noAudit }),
    callerOf: () => Promise.resolve({ who: 'local:test' }),
    log: silentLog,
  })
  const socket = await openAdminSocket({ dataFolder, routes: { [`${API_ROOT}/`]: listener } })
  const ask = await askRunningService(dataFolder)
  assert.ok(ask)
  return { ask, close: () => socket.close() }
}
