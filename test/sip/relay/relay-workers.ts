/** Three workers in three processes, this one and two more, on the same listening sockets. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ListeningSocket } from '../../../core/sip/shared-sockets.ts'
import { startRelayWorker, TRANSPORTS, type RelayWorker } from './relay-worker.ts'

export const WORKERS = 3

export interface RelayWorkers {
  readonly first: RelayWorker
  port(transport: (typeof TRANSPORTS)[number]): number
  /** Resolves when the process has gone. */
  kill(worker: number): Promise<void>
  /** Resolves when it listens and is linked with all. */
  startAgain(worker: number): Promise<void>
  stop(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('relay-process.ts', import.meta.url))

export async function startRelayWorkers(): Promise<RelayWorkers> {
  const folder = mkdtempSync(join(tmpdir(), 'visage-relay-'))
  const sockets: ListeningSocket[] = []
  const children = new Map<number, ChildProcess>()
  const start = async (own: number) => {
    const child = fork(PROGRAM, [], { execArgv: ['--import', 'tsx'] })
    children.set(own, child)
    child.send({ start: { own, workers: WORKERS, folder } })
    await new Promise<void>((resolve) => {
      child.on('message', ({ wanted, ready }: { wanted?: number; ready?: boolean }) => {
        if (wanted !== undefined) child.send({ place: wanted }, sockets[wanted])
        if (ready === true) resolve()
      })
    })
  }
  const starting = startRelayWorker(
    { own: 1, workers: WORKERS, folder },
    {
      take: () => Promise.resolve(undefined),
      offer: (place, socket) => void (sockets[place] = socket),
    },
  )
  while (sockets.length < TRANSPORTS.length) await new Promise((resolve) => setImmediate(resolve))
  await Promise.all([start(2), start(3)])
  const first = await starting
  const kill = async (worker: number) => {
    const child = children.get(worker)
    children.delete(worker)
    if (!child) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }
  return {
    first,
    port: (transport) =>
      first.sip.addresses().find((address) => address.transport === transport)?.port ?? 0,
    kill,
    startAgain: start,
    async stop() {
      for (const worker of [...children.keys()]) await kill(worker)
      await first.stop()
      rmSync(folder, { recursive: true })
    },
  }
}
