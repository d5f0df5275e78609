/** Work in turns: what one turn of the event loop received is dealt with together, and its answers leave together. */
import type { Receive, SendingFlow } from './flow.ts'
import type { Log } from './surroundings.ts'

export interface Turn {
  /** Keeps a message for the next turn. */
  readonly add: Receive
  /** Something waits to be sent: at the end of this turn, or right after what is running now. */
  readonly flushSoon: () => void
  stop(): void
}

export function createTurn(parts: {
  readonly log: Log
  readonly receive: Receive
  readonly onEnd: readonly (() => void)[]
  readonly flush: () => void
}): Turn {
  const { log, receive, onEnd, flush } = parts
  let messages: Buffer[] = []
  let flows: SendingFlow[] = []
  let running = false
  let flushing = false

  /** A fault of ours in one message must not take the others with it. */
  const guarded = (step: () => void) => {
    try {
      step()
    } catch (error) {
      log.error({ error: error instanceof Error ? error.stack : String(error) }, 'SIP turn failed')
    }
  }

  const flushNow = () => {
    flushing = false
    flush()
  }

  /** Bounded by what the system hands over in one round: 32 datagrams a socket, 64 KiB a connection. */
  const run = () => {
    const batch = messages
    const from = flows
    messages = []
    flows = []
    running = true
    for (const [at, bytes] of batch.entries()) {
      const flow = from[at]
      if (flow)
        guarded(() => {
          receive(bytes, flow)
        })
    }
    for (const handler of onEnd) guarded(handler)
    running = false
    flushNow()
  }

  return {
    add(bytes, flow) {
      if (messages.push(bytes) === 1) setImmediate(run)
      flows.push(flow)
    },
    flushSoon() {
      if (running || flushing) return
      flushing = true
      queueMicrotask(flushNow)
    },
    stop() {
      messages = []
      flows = []
    },
  }
}
