/** Work in turns: what one turn of the event loop received is dealt with together, and its answers leave together. */
import type { Receive, SendingFlow } from './flow.ts'
import type { Log } from './surroundings.ts'

interface TurnParts {
  readonly log: Log
  readonly receive: Receive
  /** Run after the messages of a turn; more may be added later. */
  readonly onEnd: readonly (() => void)[]
  readonly flush: () => void
}

export class Turn {
  readonly #parts: TurnParts
  #messages: Buffer[] = []
  #flows: SendingFlow[] = []
  #running = false
  #flushing = false

  constructor(parts: TurnParts) {
    this.#parts = parts
  }

  /** Keeps a message for the next turn. */
  readonly add: Receive = (bytes, flow) => {
    if (this.#messages.push(bytes) === 1) setImmediate(this.#run)
    this.#flows.push(flow)
  }

  /** Something waits to be sent: it leaves at the end of this turn, or right after what is running now. */
  readonly flushSoon = (): void => {
    if (this.#running || this.#flushing) return
    this.#flushing = true
    queueMicrotask(this.#flush)
  }

  stop(): void {
    this.#messages = []
    this.#flows = []
  }

  /** Bounded by what the system hands over in one round: 32 datagrams a socket, 64 KiB a connection. */
  readonly #run = (): void => {
    const messages = this.#messages
    const flows = this.#flows
    this.#messages = []
    this.#flows = []
    this.#running = true
    for (let at = 0; at < messages.length; at++) this.#receive(messages[at], flows[at])
    for (const handler of this.#parts.onEnd) this.#guarded(handler)
    this.#running = false
    this.#flush()
  }

  readonly #flush = (): void => {
    this.#flushing = false
    this.#parts.flush()
  }

  #receive(bytes: Buffer | undefined, flow: SendingFlow | undefined): void {
    if (!bytes || !flow) return
    try {
      this.#parts.receive(bytes, flow)
    } catch (error) {
      this.#report(error)
    }
  }

  /** A fault of ours in one message must not take the others with it. */
  #guarded(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.#report(error)
    }
  }

  #report(error: unknown): void {
    const text = error instanceof Error ? error.stack : String(error)
    this.#parts.log.error({ error: text }, 'SIP turn failed')
  }
}
