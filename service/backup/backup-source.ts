/** Backup source: the store's content as a tar, from the service that runs on it, or, when none does, from the store opened here. */
import { request, type IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import { adminSocketPath } from '../admin-socket.ts'
import type { Configuration } from '../configuration.ts'
import { openStore } from '../open-store.ts'
import { BACKUP_PATH } from './backup-listener.ts'
import { writeBackup } from './backup-writer.ts'

interface Surroundings {
  readonly clock: Clock
  readonly log: Log
}

/** Rejects with an Error for the operator. */
export async function withBackup<T>(
  configuration: Configuration,
  surroundings: Surroundings,
  action: (backup: Readable) => Promise<T>,
): Promise<T> {
  const running = await backupOfService(configuration.data)
  if (running) return action(running)
  const store = await openStore(configuration, surroundings)
  try {
    return await action(writeBackup(await store.snapshot(), surroundings.clock.now()))
  } finally {
    await store.close()
  }
}

/** Whether a service answers on the socket in this data folder. */
export async function isRunning(data: string): Promise<boolean> {
  const response = await askService(data, '/')
  response?.destroy()
  return response !== undefined
}

/** Undefined: no service runs there. */
async function backupOfService(data: string): Promise<IncomingMessage | undefined> {
  const response = await askService(data, BACKUP_PATH)
  if (!response || response.statusCode === 200) return response
  response.resume()
  throw new Error(`the service makes no backup just now (${String(response.statusCode)})`)
}

const NOBODY_THERE = ['ENOENT', 'ECONNREFUSED', 'ENOTDIR']

function askService(data: string, path: string): Promise<IncomingMessage | undefined> {
  const socketPath = adminSocketPath(data)
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false })
      .once('response', resolve)
      .once('error', (error: NodeJS.ErrnoException) => {
        if (NOBODY_THERE.includes(error.code ?? '')) resolve(undefined)
        else reject(new Error(`${socketPath}: ${error.message}`))
      })
      .end()
  })
}
