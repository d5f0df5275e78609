/** One process of a worker, from its start to its end. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ListeningSocket } from '../../core/sip/shared-sockets.ts'
import type { OfferedSockets } from './shared-sockets.ts'
import type { ListenerPlace, Order, Report, WorkerStart } from './worker-messages.ts'

export interface WorkerRun {
  order(order: Order): void
  /** Resolves when it has ended. */
  stop(): Promise<void>
}

interface RunEvents {
  readonly onReady: () => void
  readonly onFinished: () => void
  /** It cannot start; the text is for the operator. */
  readonly onFailed: (text: string) => void
  /** Told what it ended with. */
  readonly onExit: (end: { readonly code: number | null; readonly signal: string | null }) => void
}

/** Beside this file, compiled or not. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/worker-run(\.[jt]s)$/, 'worker-process$1')

/** Milliseconds for a worker to finish what it has begun. */
const PATIENCE = 9_000

export function runWorkerProcess(
  start: WorkerStart,
  { sockets, ...events }: RunEvents & { readonly sockets: OfferedSockets },
): WorkerRun {
  const child = fork(PROGRAM, [], { serialization: 'advanced' })
  const pass = async (place: ListenerPlace) => {
    send(child, { kind: 'socket', place }, await sockets.find(place))
  }
  child.on('message', (message) => {
    const report = message as Report
    if (report.kind === 'socket') void pass(report.place)
    else if (report.kind === 'failed') events.onFailed(report.text)
    else if (report.kind === 'finished') events.onFinished()
    else events.onReady()
  })
  // A process that could not be made, or told something, ends or has ended.
  child.on('error', (error) => {
    events.onFailed(error.message)
  })
  child.once('exit', (code, signal) => {
    events.onExit({ code, signal })
  })
  send(child, { kind: 'start', ...start })
  return {
    order(order) {
      send(child, order)
    },
    stop: () => ended(child),
  }
}

function send(child: ChildProcess, order: Order, socket?: ListeningSocket): void {
  // Whoever has gone is noticed by its exit.
  if (child.connected) child.send(order, socket, {}, () => undefined)
}

/** Kills it when it does not end by itself. */
async function ended(child: ChildProcess): Promise<void> {
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve()
    })
  })
  send(child, { kind: 'stop' })
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
  await exited
  clearTimeout(timer)
}
