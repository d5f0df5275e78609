/** Backup source: the store's content as a tar, from the service that runs on it, or, when none does, from the store opened here. */
import type { IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import { askService } from '../ask-service.ts'
import type { Configuration } from '../configuration.ts'
import { openStore } from '../open-store.ts'
import { isStoreIn } from '../store-presence.ts'
import { BACKUP_PATH } from './backup-listener.ts'
import { tarInFile } from './backup-reader.ts'
import { writeBackup } from './backup-writer.ts'
import { RESTORE_PATH, type RestorationOutcome, type RestorationStep } from './live-restoration.ts'

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
  const { data } = configuration
  if (configuration.store.type === 'level' && !isStoreIn(data)) {
    throw new Error(`there is no store in ${data}`)
  }
  const store = await openStore(configuration, surroundings)
  try {
    return await action(writeBackup(await store.snapshot(), surroundings.clock.now()))
  } finally {
    await store.close()
  }
}

/** Undefined: no service runs there. */
async function backupOfService(data: string): Promise<IncomingMessage | undefined> {
  const response = await askService(data, BACKUP_PATH)
  if (!response || response.statusCode === 200) return response
  response.resume()
  throw new Error(`the service makes no backup just now (${String(response.statusCode)})`)
}

const RETRY_MS = 200
const PATIENCE_MS = 120_000

/**
 * The service that runs there takes the backup, whose file was verified, and is started anew on it.
 * Rejects with an Error for the operator; then the service goes on with the store that it has.
 */
export async function restoreThroughService(
  data: string,
  {
    file,
    replace,
    progress,
  }: {
    readonly file: string
    readonly replace: boolean
    /** Told of how many records were written. */
    readonly progress: (records: number) => void
  },
): Promise<string | undefined> {
  const path = `${RESTORE_PATH}${replace ? '?replace' : ''}`
  const response = await askService(data, path, await tarInFile(file))
  if (!response) throw new Error('the service has ended meanwhile')
  if (response.statusCode !== 200) {
    response.resume()
    throw new Error('the service restores a backup already, or cannot')
  }
  for await (const line of createInterface({ input: response })) {
    const step = JSON.parse(line) as RestorationStep
    if ('problem' in step) throw new Error(step.problem)
    if ('ready' in step) return outcomeOf(data, step.ready)
    progress(step.records)
  }
  throw new Error('the service has ended while it took the backup')
}

/** Asks until the service is there again. */
async function outcomeOf(data: string, id: string): Promise<string | undefined> {
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    const response = await askService(data, RESTORE_PATH).catch(() => undefined)
    const outcome = response && ((await json(response).catch(() => ({}))) as RestorationOutcome)
    if (outcome?.id === id) {
      if (outcome.problem !== undefined) throw new Error(outcome.problem)
      return outcome.aside
    }
    await pause(RETRY_MS)
  }
  throw new Error('the service has not come back: see its log')
}
