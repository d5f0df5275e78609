/** Links of one worker with every other: Unix sockets in the data folder, opened again when a worker is back. */
import { chmodSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Log } from '../../core/model/log.ts'
import { createChannel, type Channel } from './channel.ts'
import { TOPICS } from './topics.ts'

type OnOpen = (worker: number, channel: Channel) => void

export interface WorkerLinks {
  /** This worker: 1 is the process that the operator started. */
  readonly own: number
  readonly workers: number
  /** Undefined while that worker is not there. */
  to(worker: number): Channel | undefined
  /** Told of each channel before anything is read from it, also of those that are open already. */
  onOpen(listener: OnOpen): void
  /** Resolves when every other worker is linked, or after so many milliseconds. */
  whenAll(milliseconds: number): Promise<void>
  close(): Promise<void>
}

interface LinksParts {
  readonly own: number
  readonly workers: number
  /** Nobody but its owner may look into it. */
  readonly folder: string
  readonly log: Log
}

/** Milliseconds before a worker that is not there is called again. */
const PAUSE = 100

/** Of two workers the one with the higher number calls. Rejects where the socket cannot be had. */
export async function openLinks(parts: LinksParts): Promise<WorkerLinks> {
  const { own, workers, folder } = parts
  const table = createTable(parts)
  const server = createServer((socket) => {
    expectHello(socket, parts, table.add)
  })
  await listenPrivately(server, socketPath(folder, own))
  const calls = Array.from({ length: own - 1 }, (_, index) => call(index + 1, parts, table))
  return {
    own,
    workers,
    to: table.to,
    onOpen: table.onOpen,
    whenAll: table.whenAll,
    close: async () => {
      for (const hangUp of calls) hangUp()
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve()
        })
      })
      table.end()
      await closed
    },
  }
}

/** A socket's address holds no more: sockaddr_un, unix(7). */
const LONGEST_PATH = 107

function socketPath(folder: string, worker: number): string {
  const path = join(folder, `worker-${worker}.sock`)
  if (Buffer.byteLength(path) <= LONGEST_PATH) return path
  throw new Error(`data: the path ${path} is too long for a socket (${LONGEST_PATH} bytes)`)
}

interface LinkTable {
  readonly to: WorkerLinks['to']
  readonly onOpen: WorkerLinks['onOpen']
  readonly whenAll: WorkerLinks['whenAll']
  readonly add: OnOpen
  readonly end: () => void
}

function createTable({ own, workers, log }: LinksParts): LinkTable {
  const channels = new Map<number, Channel>()
  const listeners: OnOpen[] = []
  let onChange = () => {}
  return {
    to: (worker) => channels.get(worker),
    onOpen(listener) {
      listeners.push(listener)
      for (const [worker, channel] of channels) listener(worker, channel)
    },
    whenAll: (milliseconds) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer)
          resolve()
        }
        const timer = setTimeout(done, milliseconds)
        onChange = () => {
          if (channels.size >= workers - 1) done()
        }
        onChange()
      }),
    add(worker, channel) {
      // It has started anew before the end of its last process was noticed.
      channels.get(worker)?.end()
      channels.set(worker, channel)
      channel.onLost(() => {
        if (channels.get(worker) === channel) channels.delete(worker)
        log.debug({ own, worker }, 'link with a worker lost')
      })
      for (const listener of listeners) listener(worker, channel)
      onChange()
    },
    end() {
      for (const channel of [...channels.values()]) channel.end()
    },
  }
}

function expectHello(socket: Socket, { own, workers, log }: LinksParts, add: OnOpen): void {
  const channel = createChannel({ stream: socket, log })
  let known = false
  channel.onPost(TOPICS.hello, (payload) => {
    const worker = payload[0] ?? 0
    if (known || worker <= own || worker > workers) return
    known = true
    add(worker, channel)
  })
}

/** Calls until it is told to stop, and again whenever the link is lost. */
function call(worker: number, { own, folder, log }: LinksParts, { add }: LinkTable): () => void {
  let stopped = false
  let socket: Socket | undefined
  let timer: NodeJS.Timeout | undefined
  const dial = () => {
    const dialled = createConnection(socketPath(folder, worker))
    socket = dialled
    dialled.on('error', () => undefined)
    dialled.once('connect', () => {
      const channel = createChannel({ stream: dialled, log })
      channel.post(TOPICS.hello, Uint8Array.of(own))
      add(worker, channel)
    })
    dialled.once('close', () => {
      if (!stopped) timer = setTimeout(dial, PAUSE)
    })
  }
  dial()
  return () => {
    stopped = true
    clearTimeout(timer)
    if (socket?.connecting === true) socket.destroy()
  }
}

/** A socket file outlives a worker that was killed; nobody else writes in this folder. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true })
  const listening = new Promise<void>((resolve, reject) => {
    server.once('listening', resolve).once('error', reject)
  })
  // The file is nobody else's from the moment it exists: listen() makes it before it returns.
  const before = process.umask(0o177)
  try {
    server.listen(path)
  } finally {
    process.umask(before)
  }
  await listening
  chmodSync(path, 0o600)
}
