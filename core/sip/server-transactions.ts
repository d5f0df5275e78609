/** Non-INVITE server transactions: each request once, its response again for each retransmission. RFC 3261 §17.2.2, §17.2.3. */
import type { ByteSlab } from './byte-slab.ts'
import { joinedOctets } from './octet-text.ts'
import type { SendingFlow } from './flow.ts'
import { OctetHash } from './octet-hash.ts'
import { NO_RECORD, RecordIndex, type HashedRecords } from './record-index.ts'
import type { Flow } from './sip-endpoint.ts'
import type { SipMessage } from './sip-message.ts'
import type { Clock } from './surroundings.ts'
import { TimerQueue } from './timer-queue.ts'
import { TIMER_J } from './timers.ts'
import { TransactionRecords } from './transaction-records.ts'

/** What a request is to the transactions that are there already. */
type Admission =
  | { readonly kind: 'new'; readonly id: number; readonly generation: number }
  /** Still being dealt with: nothing to send. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'answered'; readonly response: Buffer }
  /** The same request by another way. RFC 3261 §8.2.2.2. */
  | { readonly kind: 'merged' }
  | { readonly kind: 'overload' }

/** Whether a request that is none of those under way may be begun with. */
export type MayBegin = (request: SipMessage, flow: Flow) => boolean

export interface ServerTransactions {
  admit(request: SipMessage, flow: Flow): Admission
  /** The response as it lies in the slab; undefined: the transaction has ended or has its response. */
  complete(
    transaction: { id: number; generation: number },
    head: string,
    body: Uint8Array | undefined,
    flow: SendingFlow,
  ): Buffer | undefined
  readonly live: number
  /** Those whose response is still to come. */
  readonly unanswered: number
  stop(): void
}

/** Fields of a record. */
const GENERATION = 0
const HASH = 1
const HASH_SECOND = 2
const NEXT = 3
const MERGE_HASH = 4
const MERGE_NEXT = 5
/** 0: Trying; else the length of the response: Completed. */
const LENGTH = 6
const HANDLE = 7
const IS_MERGEABLE = 8
const FIELDS = 9

const PENDING: Admission = { kind: 'pending' }
const MERGED: Admission = { kind: 'merged' }
const OVERLOAD: Admission = { kind: 'overload' }

export function createServerTransactions(parts: {
  readonly slab: ByteSlab
  readonly clock: Clock
  readonly limit: number
  readonly mayBegin?: MayBegin | undefined
}): ServerTransactions {
  return new Transactions(parts)
}

class Transactions implements ServerTransactions {
  readonly #slab: ByteSlab
  readonly #limit: number
  readonly #mayBegin: MayBegin | undefined
  readonly #hash = new OctetHash()
  /** While Trying the request itself tells the transaction. */
  readonly #records = new TransactionRecords<SipMessage>(FIELDS)
  readonly #byKey = new RecordIndex(chained(this.#records, HASH, NEXT))
  readonly #byOrigin = new RecordIndex(chained(this.#records, MERGE_HASH, MERGE_NEXT))
  readonly #timerJ
  /** A request that nobody answers must not stay for ever. No 408: RFC 4320 §4.2. */
  readonly #patience
  #unanswered = 0

  constructor({ slab, clock, limit, mayBegin }: Parameters<typeof createServerTransactions>[0]) {
    this.#slab = slab
    this.#limit = limit
    this.#mayBegin = mayBegin
    const ring = (id: number, generation: number) => {
      if (this.#records.isLive(id, generation)) this.#end(id)
    }
    const ringUnanswered = (id: number, generation: number) => {
      if (this.#records.isLive(id, generation) && this.#records.get(id, LENGTH) === 0) this.#end(id)
    }
    this.#timerJ = new TimerQueue({ clock, delay: TIMER_J, ring })
    this.#patience = new TimerQueue({ clock, delay: TIMER_J, ring: ringUnanswered })
  }

  get live(): number {
    return this.#records.live
  }

  get unanswered(): number {
    return this.#unanswered
  }

  admit(request: SipMessage, flow: Flow): Admission {
    const { first, second } = this.#keyHash(request)
    for (let id = this.#byKey.chain(first); id !== NO_RECORD; id = this.#records.get(id, NEXT)) {
      if (this.#isFor(id, first, second, request)) return this.#again(id)
    }
    const origin = request.toTag === '' ? this.#originHash(request) : undefined
    if (origin !== undefined && this.#isMerged(origin, request)) return MERGED
    if (this.#records.live >= this.#limit) return OVERLOAD
    if (this.#mayBegin?.(request, flow) === false) return OVERLOAD
    return this.#begin(request, first, second, origin)
  }

  complete(
    { id, generation }: { id: number; generation: number },
    head: string,
    body: Uint8Array | undefined,
    flow: SendingFlow,
  ): Buffer | undefined {
    const records = this.#records
    if (!records.isLive(id, generation) || records.get(id, LENGTH) !== 0) return undefined
    if (flow.transport !== 'UDP') {
      // Timer J is zero: a reliable transport does not repeat.
      this.#end(id)
      return joinedOctets(head, body)
    }
    const length = head.length + (body?.length ?? 0)
    const handle = this.#slab.allocate(length)
    const response = this.#slab.view(handle, length)
    response.write(head, 0, 'latin1')
    if (body) response.set(body, head.length)
    records.set(id, HANDLE, handle)
    records.set(id, LENGTH, length)
    this.#unanswered--
    records.dropObject(id)
    this.#timerJ.push(id, generation)
    return response
  }

  stop(): void {
    this.#timerJ.stop()
    this.#patience.stop()
    for (const id of [...this.#records.ids()]) this.#end(id)
  }

  #begin(request: SipMessage, first: number, second: number, origin?: number): Admission {
    const records = this.#records
    const id = records.allocate(request)
    this.#unanswered++
    const generation = records.get(id, GENERATION)
    records.set(id, HASH, first)
    records.set(id, HASH_SECOND, second)
    this.#byKey.add(id)
    if (origin !== undefined) {
      records.set(id, IS_MERGEABLE, 1)
      records.set(id, MERGE_HASH, origin)
      this.#byOrigin.add(id)
    }
    this.#patience.push(id, generation)
    return { kind: 'new', id, generation }
  }

  #again(id: number): Admission {
    const length = this.#records.get(id, LENGTH)
    if (length === 0) return PENDING
    return { kind: 'answered', response: this.#slab.view(this.#records.get(id, HANDLE), length) }
  }

  #end(id: number): void {
    const records = this.#records
    this.#byKey.remove(id)
    if (records.get(id, IS_MERGEABLE) === 1) this.#byOrigin.remove(id)
    const length = records.get(id, LENGTH)
    if (length > 0) this.#slab.release(records.get(id, HANDLE), length)
    else this.#unanswered--
    records.release(id)
  }

  /** Branch, sent-by and method; for a peer of RFC 2543 all that it had. RFC 3261 §17.2.3. */
  #keyHash(request: SipMessage): OctetHash {
    const { branch = '', sentBy } = request.topVia
    const hash = this.#hash.reset()
    if (branch.startsWith('z9hG4bK') && branch.length > 7) {
      return hash.add(branch).add(sentBy).add(request.method).finish()
    }
    return hash
      .add(request.requestUri)
      .add(request.toTag)
      .add(request.fromTag)
      .add(request.callId)
      .add(request.header('cseq') ?? '')
      .add(request.header('via') ?? '')
      .finish()
  }

  #isFor(id: number, first: number, second: number, request: SipMessage): boolean {
    const records = this.#records
    if (records.get(id, HASH) !== first || records.get(id, HASH_SECOND) !== second) return false
    return this.#mentions(id, request.callId)
  }

  #originHash(request: SipMessage): number {
    const hash = this.#hash.reset().add(request.fromTag).add(request.callId)
    return hash.add(request.header('cseq') ?? '').finish().first
  }

  #isMerged(origin: number, request: SipMessage): boolean {
    const records = this.#records
    for (
      let id = this.#byOrigin.chain(origin);
      id !== NO_RECORD;
      id = records.get(id, MERGE_NEXT)
    ) {
      if (records.get(id, MERGE_HASH) !== origin || !this.#mentions(id, request.callId)) continue
      if (this.#mentions(id, request.header('cseq') ?? '') && this.#mentions(id, request.fromTag)) {
        return true
      }
    }
    return false
  }

  /** Makes sure that a hash found the right one: the request or its response must hold the text. */
  #mentions(id: number, text: string): boolean {
    const request = this.#records.object(id)
    if (request) return request.head.includes(text)
    const length = this.#records.get(id, LENGTH)
    return this.#slab.view(this.#records.get(id, HANDLE), length).includes(text, 0, 'latin1')
  }
}

function chained(
  records: TransactionRecords<SipMessage>,
  hashField: number,
  nextField: number,
): HashedRecords {
  return {
    hash: (id) => records.get(id, hashField),
    next: (id) => records.get(id, nextField),
    setNext: (id, next) => {
      records.set(id, nextField, next)
    },
  }
}
