/** Non-INVITE client transactions: sent again until answered, given up after Timer F. RFC 3261 §17.1.2. */
import type { ByteSlab } from './byte-slab.ts'
import type { SendingFlow } from './flow.ts'
import { randomToken } from './random-token.ts'
import { requestPieces, writeRequest, type RequestPieces } from './request-writer.ts'
import { outcomeStatus, UNSENT, type SipCounts } from './sip-counts.ts'
import type { OutgoingRequest, RequestOutcome } from './sip-endpoint.ts'
import type { SipMessage } from './sip-message.ts'
import type { Clock } from './surroundings.ts'
import { TimerQueue } from './timer-queue.ts'
import { TIMER_E, TIMER_F } from './timers.ts'
import { TransactionRecords } from './transaction-records.ts'

export interface ClientTransactions {
  /** Sends the request along the flow; `done` hears the end, never before this returns. */
  start(request: OutgoingRequest, flow: SendingFlow, done: (outcome: RequestOutcome) => void): void
  /** Takes a response; false: nobody waits for it. */
  receive(response: SipMessage): boolean
  /** A connection has ended: what went along it will not be answered. */
  flowClosed(flow: SendingFlow): void
  readonly live: number
  stop(): void
}

interface Pending {
  readonly flow: SendingFlow
  readonly method: string
  readonly done: (outcome: RequestOutcome) => void
}

/** Fields of a record. */
const GENERATION = 0
const HANDLE = 1
const LENGTH = 2
/** How many pauses of Timer E have passed. */
const PAUSES = 3
/** 1: a provisional response came (Proceeding). */
const PROCEEDING = 4
/** Milliseconds since the first transaction of this stack, modulo 2^32. */
const STARTED = 5
const FIELDS = 6

const MAGIC = 'z9hG4bK'

export function createClientTransactions(parts: {
  readonly slab: ByteSlab
  readonly clock: Clock
  readonly limit: number
  readonly counts: SipCounts
  /** Which of several workers this is: each branch names it, so that the response finds the one that waits for it. */
  readonly worker?: number | undefined
}): ClientTransactions {
  return new Transactions(parts)
}

class Transactions implements ClientTransactions {
  readonly #slab: ByteSlab
  readonly #clock: Clock
  readonly #limit: number
  readonly #epoch: number
  readonly #counts: SipCounts
  readonly #records = new TransactionRecords<Pending>(FIELDS)
  /** Our branches begin so: a stranger cannot guess one. */
  readonly #prefix: string
  /** One queue for each length of pause. */
  readonly #pauses: ReadonlyMap<number, TimerQueue>
  /** Requests over TCP wait for Timer F only. */
  readonly #timerF: TimerQueue
  /** What waits for an answer on each connection, so that its end finds them. */
  readonly #onConnection = new Map<SendingFlow, Set<number>>()
  /** What is left until Timer F where that is no full pause. */
  readonly #remainders = new Set<() => void>()

  constructor({
    slab,
    clock,
    limit,
    counts,
    worker,
  }: Parameters<typeof createClientTransactions>[0]) {
    this.#slab = slab
    this.#clock = clock
    this.#limit = limit
    this.#counts = counts
    this.#prefix = `${MAGIC}${randomToken(worker)}.`
    this.#epoch = clock.now()
    const pauseOver = (id: number, generation: number) => {
      if (this.#records.isLive(id, generation)) this.#pauseOver(id)
    }
    this.#pauses = new Map(
      TIMER_E.map((delay) => [delay, new TimerQueue({ clock, delay, ring: pauseOver })]),
    )
    const ring = (id: number, generation: number) => {
      if (this.#records.isLive(id, generation)) this.#end(id, { kind: 'timeout' })
    }
    this.#timerF = new TimerQueue({ clock, delay: TIMER_F, ring })
  }

  get live(): number {
    return this.#records.live
  }

  start(
    request: OutgoingRequest,
    flow: SendingFlow,
    done: (outcome: RequestOutcome) => void,
  ): void {
    if (this.#records.live >= this.#limit) {
      this.#counts.sent.add(request.method, UNSENT)
      failSoon(done, 'too many requests under way')
      return
    }
    const id = this.#records.allocate({ flow, method: request.method, done })
    const generation = this.#records.get(id, GENERATION)
    const branch = `${this.#prefix}${id}.${generation}`
    const pieces = requestPieces(request, flow, branch)
    const isUdp = flow.transport === 'UDP'
    const bytes = isUdp ? this.#keep(id, pieces) : Buffer.allocUnsafe(pieces.length)
    writeRequest(bytes, pieces)
    if (!flow.send(bytes)) {
      this.#counts.sent.add(request.method, UNSENT)
      this.#release(id)
      failSoon(done, 'the connection has ended')
    } else if (isUdp) this.#pause(id, TIMER_E[0])
    else this.#watch(id, generation, flow)
  }

  receive(response: SipMessage): boolean {
    const id = this.#find(response)
    if (id === undefined) return false
    if (response.status < 200) this.#records.set(id, PROCEEDING, 1)
    // Completed needs no state: what absorbs a repeated response (Timer K) is that nobody waits for it.
    else this.#end(id, { kind: 'response', response })
    return true
  }

  flowClosed(flow: SendingFlow): void {
    for (const id of [...(this.#onConnection.get(flow) ?? [])]) {
      this.#end(id, { kind: 'transport-error', reason: 'the connection has ended' })
    }
  }

  stop(): void {
    for (const queue of this.#pauses.values()) queue.stop()
    this.#timerF.stop()
    for (const cancel of this.#remainders) cancel()
    this.#remainders.clear()
    for (const id of [...this.#records.ids()]) this.#release(id)
  }

  #watch(id: number, generation: number, flow: SendingFlow): void {
    this.#timerF.push(id, generation)
    const waiting = this.#onConnection.get(flow)
    if (waiting) waiting.add(id)
    else this.#onConnection.set(flow, new Set([id]))
  }

  /** Room for the request where it stays until it is answered. */
  #keep(id: number, { length }: RequestPieces): Buffer {
    const handle = this.#slab.allocate(length)
    const bytes = this.#slab.view(handle, length)
    this.#records.set(id, HANDLE, handle)
    this.#records.set(id, LENGTH, length)
    this.#records.set(id, STARTED, this.#now())
    return bytes
  }

  #now(): number {
    return (this.#clock.now() - this.#epoch) | 0
  }

  /** Waits for Timer E, or for Timer F where that rings first. */
  #pause(id: number, delay: number): void {
    const generation = this.#records.get(id, GENERATION)
    const elapsed = (this.#now() - this.#records.get(id, STARTED)) >>> 0
    const left = Math.max(0, TIMER_F - elapsed)
    const queue = this.#pauses.get(Math.min(delay, left))
    if (queue) {
      queue.push(id, generation)
      return
    }
    const cancel = this.#clock.after(Math.min(delay, left), () => {
      this.#remainders.delete(cancel)
      if (this.#records.isLive(id, generation)) this.#pauseOver(id)
    })
    this.#remainders.add(cancel)
  }

  #pauseOver(id: number): void {
    const records = this.#records
    const elapsed = (this.#now() - records.get(id, STARTED)) >>> 0
    if (elapsed >= TIMER_F) {
      this.#end(id, { kind: 'timeout' })
      return
    }
    // A copy: the answer to what was sent before may free the slot while the system still holds this one back.
    const again = Buffer.from(this.#slab.view(records.get(id, HANDLE), records.get(id, LENGTH)))
    records.object(id)?.flow.send(again)
    this.#counts.resent++
    const pauses = records.get(id, PAUSES) + 1
    records.set(id, PAUSES, pauses)
    // In Proceeding the pauses are the longest from the start. RFC 3261 §17.1.2.2.
    const next = records.get(id, PROCEEDING) === 1 ? TIMER_E.length - 1 : pauses
    this.#pause(id, TIMER_E[Math.min(next, TIMER_E.length - 1)] ?? TIMER_F)
  }

  /** By the branch that names slot and generation, and by the method. RFC 3261 §17.1.3. */
  #find(response: SipMessage): number | undefined {
    const branch = response.topVia.branch
    if (!branch?.startsWith(this.#prefix)) return undefined
    const dot = branch.indexOf('.', this.#prefix.length)
    const id = parseInt(branch.slice(this.#prefix.length, dot))
    if (!this.#records.isLive(id, parseInt(branch.slice(dot + 1)))) return undefined
    return this.#records.object(id)?.method === response.cseq.method ? id : undefined
  }

  #end(id: number, outcome: RequestOutcome): void {
    const pending = this.#records.object(id)
    this.#release(id)
    if (!pending) return
    this.#counts.sent.add(pending.method, outcomeStatus(outcome))
    pending.done(outcome)
  }

  #unwatch(id: number): void {
    const flow = this.#records.object(id)?.flow
    if (!flow) return
    const waiting = this.#onConnection.get(flow)
    if (waiting?.delete(id) && waiting.size === 0) this.#onConnection.delete(flow)
  }

  #release(id: number): void {
    const length = this.#records.get(id, LENGTH)
    if (length > 0) this.#slab.release(this.#records.get(id, HANDLE), length)
    else this.#unwatch(id)
    this.#records.release(id)
  }
}

function failSoon(done: (outcome: RequestOutcome) => void, reason: string): void {
  queueMicrotask(() => {
    done({ kind: 'transport-error', reason })
  })
}
