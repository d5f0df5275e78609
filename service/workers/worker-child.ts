/** One other worker as the first one has it: a process that is started again whenever it ends. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import { createBackOff } from './back-off.ts'
import type { OfferedSockets } from './shared-sockets.ts'
import type { Order, WorkerStart } from './worker-messages.ts'
import { runWorkerProcess, type WorkerRun } from './worker-run.ts'

export interface WorkerChild {
  readonly own: number
  readonly isReady: boolean
  /** Resolves when it is ready for the first time; rejects with what it says when it cannot start then. */
  readonly started: Promise<void>
  /** It has been told to finish, and something is on its way there. */
  readonly isFinishing: boolean
  order(order: Order): void
  /** Nothing new is taken there; what was begun has so many milliseconds. */
  finish(milliseconds: number): void
  /** Resolves when it has ended; it is not started again. */
  stop(): Promise<void>
}

interface ChildParts {
  readonly start: WorkerStart
  readonly sockets: OfferedSockets
  /** Its process has ended without being told to. */
  readonly onLost: () => void
  /** It is ready, or not any more. */
  readonly onChange: () => void
  readonly clock: Clock
  readonly log: Log
}

export function startWorkerChild(parts: ChildParts): WorkerChild {
  const child = new Child(parts)
  child.run()
  return child
}

class Child implements WorkerChild {
  readonly own: number
  readonly started: Promise<void>
  isReady = false
  isFinishing = false
  readonly #parts: ChildParts
  readonly #backOff = createBackOff()
  #isStopped = false
  #isAgain = false
  #run: WorkerRun | undefined
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined

  constructor(parts: ChildParts) {
    this.own = parts.start.own
    this.#parts = parts
    this.started = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
  }

  run(): void {
    if (this.#isStopped) return
    const { start, sockets, clock } = this.#parts
    const since = clock.now()
    this.#run = runWorkerProcess(start, {
      sockets,
      onReady: () => {
        this.#settle?.resolve()
        if (this.#isAgain) this.#parts.log.info({ worker: this.own }, 'the worker serves again')
        this.#becomes(true)
      },
      onFinished: () => {
        this.isFinishing = false
      },
      onFailed: (text) => this.#settle?.reject(new Error(`worker ${this.own}: ${text}`)),
      onExit: (end) => {
        this.#ended(end, clock.now() - since)
      },
    })
  }

  order(order: Order): void {
    this.#run?.order(order)
  }

  finish(milliseconds: number): void {
    // Whoever ends now is not needed again.
    this.#isStopped = true
    this.isFinishing = this.isReady
    this.order({ kind: 'finish', milliseconds })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#run?.stop()
  }

  #ended(end: object, lasted: number): void {
    this.#run = undefined
    this.isFinishing = false
    if (this.#isStopped) return
    const { onLost, clock, log } = this.#parts
    const pause = this.#backOff.next(lasted)
    log.error({ worker: this.own, ...end, again: pause }, 'a worker has ended; it is started again')
    this.#settle?.reject(new Error(`worker ${this.own} ended before it was ready`))
    onLost()
    this.#isAgain = true
    this.#becomes(false)
    clock.after(pause, () => {
      this.run()
    })
  }

  #becomes(isReady: boolean): void {
    this.isReady = isReady
    this.#parts.onChange()
  }
}
