/** An administration that answers on 127.0.0.1 and on its socket, on a store of its own; and whoever asks for it. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { createDomains } from '../../core/model/domain.ts'
import { silentLog } from '../../core/model/log.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { createAccountAdministration } from '../../service/account-administration.ts'
import { serveAdminRoutes } from '../../service/admin-routes.ts'
import { openAdminSocket } from '../../service/admin-socket.ts'
import type { RunningService } from '../../service/administration/administration-ground.ts'
import { askRunningService } from '../../service/administration/running-service.ts'
import { createServiceRoutes } from '../../service/administration/service-routes.ts'
import { addToken } from '../../service/administration/token-operations.ts'
import { readConfiguration } from '../../service/config.ts'
import { openStore } from '../../service/open-store.ts'
import { systemClock } from '../../service/system-clock.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

interface Asked {
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** `store`: how it is said in the configuration. */
export async function openDesk(t: TestContext, said: Readonly<Record<string, unknown>> = {}) {
  const data = mkdtempSync(join(tmpdir(), 'visage-desk-'))
  const configuration = readConfiguration({
    ...{ environment: {}, folder: data },
    flags: { domains: ['a.example', 'b.example'], data, ...said },
  })
  const domains = createDomains(configuration.domains)
  const store: OpenedStore = await openStore(configuration, { clock: systemClock, log: silentLog })
  const accounts = createAccountAdministration({ ...store, domains })
  const ground = { configuration, store, domains, accounts, clock: systemClock, log: silentLog }
  const running = { explain: () => Promise.reject(new Error('nobody watches here')) }
  const routes = createServiceRoutes(ground, running as unknown as RunningService)
  const server = createServer(serveAdminRoutes(routes.onListener)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const socket = await openAdminSocket({ dataFolder: data, routes: routes.onSocket })
  const ask = await askRunningService(data)
  assert.ok(ask)
  t.after(async () => {
    server.close()
    server.closeAllConnections()
    await socket.close()
    await routes.close()
    await store.close()
    rmSync(data, { recursive: true })
  })
  const { port } = server.address() as AddressInfo
  const root = `http://127.0.0.1:${port}/admin/v1`

  async function http(method: string, path: string, asked: Asked = {}): Promise<Answer> {
    const { token, body, headers } = asked
    const response = await fetch(root + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const { status, headers: answered } = response
    return { status, headers: answered, body: text === '' ? undefined : JSON.parse(text) }
  }

  async function token(scope: 'read' | 'write', ...names: string[]): Promise<string> {
    const only = names.length > 0 ? { domains: names } : {}
    return (await ask!(addToken, { name: `${scope} token`, scope, ...only })).text
  }
  return { ask, http, token, store, data, root }
}
