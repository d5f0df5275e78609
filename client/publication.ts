/** Publication: keeps one presence document published under one entity tag. RFC 3903 §4. */
import { onAbort } from './abortable.ts'
import type { ClientClock } from './client-clock.ts'
import type { BackOff } from './back-off.ts'
import { longerLifetime, refreshAfter, USUAL_LIFETIME } from './lifetime.ts'
import { createPause, type Pause } from './pause.ts'
import { clientClosed, type PresenceError } from './presence-error.ts'
import type { PublishRequest } from './publish-request.ts'
import { errorOf, secondsIn, type SipAnswer } from './sip-answer.ts'
import type { SipUserAgent } from './sip-user-agent.ts'

export interface Publication {
  /** Resolves when the server has taken this document or a later one; rejects with a PresenceError when it refuses. */
  publish(document: string, signal?: AbortSignal): Promise<void>
  /** Resolves when nothing is published any more, or the server will let it expire. */
  remove(signal?: AbortSignal): Promise<void>
  /** Sends nothing any more. */
  stop(): void
}

/** Where the tag of the publication outlives the client, as for a page that is loaded again. */
export interface TagKeeper {
  get(): string | undefined
  /** Undefined: nothing is published any more. */
  keep(tag: string | undefined): void
}

interface PublicationEvents {
  /** The server has what is wanted. */
  up(): void
  /** @param retryInMs undefined: it is not tried again */
  failed(error: PresenceError, retryInMs: number | undefined): void
}

/** initial, refresh, modify, remove. RFC 3903 §4.1 table 1. */
type Operation = 'initial' | 'refresh' | 'modify' | 'remove'

/** After so many refusals in a row that can be mended at once, the next attempt waits. */
const MOST_MENDED_IN_A_ROW = 3

interface Wish {
  /** Undefined: nothing is to be published. */
  readonly document: string | undefined
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

interface PublicationParts {
  readonly agent: Pick<SipUserAgent, 'connected' | 'listen' | 'start' | 'lastFailure'>
  readonly send: (request: Omit<PublishRequest, 'presentity'>) => Promise<SipAnswer>
  readonly clock: ClientClock
  readonly backOff: BackOff
  readonly events: PublicationEvents
  /** Seconds. */
  readonly lifetime?: number | undefined
  readonly tagKeeper?: TagKeeper | undefined
}

export function createPublication(parts: PublicationParts): Publication {
  return new KeptPublication(parts)
}

class KeptPublication implements Publication {
  readonly #parts: PublicationParts
  readonly #pause: Pause
  /** In the order of their wishes: the last is what is wanted. */
  readonly #waiting: Wish[] = []
  #wanted: string | undefined
  /** What was wanted last and came about. */
  #settled: string | undefined
  /** What the server holds under the tag. */
  #held: string | undefined
  #tag: string | undefined
  #lifetime: number
  #refreshAt = 0
  #notBefore = 0
  #mended = 0
  #running = false
  #stopped = false

  constructor(parts: PublicationParts) {
    this.#parts = parts
    this.#pause = createPause(parts.clock)
    this.#lifetime = parts.lifetime ?? USUAL_LIFETIME
    this.#tag = tagIn(parts.tagKeeper)
  }

  publish(document: string, signal?: AbortSignal): Promise<void> {
    return this.#stopped ? Promise.reject(stoppedError()) : this.#want(document, signal)
  }

  remove(signal?: AbortSignal): Promise<void> {
    return this.#stopped ? Promise.resolve() : this.#want(undefined, signal)
  }

  stop(): void {
    this.#stopped = true
    this.#pause.wake()
    this.#settle(stoppedError())
  }

  async #want(document: string | undefined, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    this.#wanted = document
    let stopListening: (() => void) | undefined
    const settled = new Promise<void>((resolve, reject) => {
      const wish = { document, resolve, reject }
      this.#waiting.push(wish)
      stopListening = onAbort(signal, (reason) => {
        this.#withdraw(wish)
        reject(reason)
      })
    })
    if (this.#running) this.#pause.wake()
    else void this.#run()
    try {
      await settled
    } finally {
      stopListening?.()
    }
  }

  /** What was wanted before is wanted again; what is under way cannot be called back, and is undone. */
  #withdraw(wish: Wish): void {
    const at = this.#waiting.indexOf(wish)
    if (at === -1) return
    this.#waiting.splice(at, 1)
    const last = this.#waiting.at(-1)
    this.#wanted = last ? last.document : this.#settled
    this.#pause.wake()
  }

  async #run(): Promise<void> {
    this.#running = true
    const stopListening = this.#parts.agent.listen({
      opened: () => {
        this.#notBefore = 0
        this.#pause.wake()
      },
    })
    await this.#keepPublished()
    stopListening()
  }

  /** One request at a time: the next waits for the answer to this one. RFC 3903 §4.1. */
  async #keepPublished(): Promise<void> {
    const { agent, clock } = this.#parts
    while (!this.#stopped) {
      const operation = this.#due()
      if (operation === undefined) {
        this.#settle()
        if (this.#wanted === undefined) break
        await this.#pause.until(this.#refreshAt - clock.now())
      } else if (!agent.connected) {
        agent.start()
        await this.#pause.until()
      } else if (clock.now() < this.#notBefore) {
        await this.#pause.until(this.#notBefore - clock.now())
      } else {
        await this.#perform(operation, this.#wanted)
      }
    }
    this.#running = false
  }

  /** What brings the server to what is wanted; undefined when it is there. */
  #due(): Operation | undefined {
    const known = this.#tag !== undefined
    if (this.#wanted === undefined) return known ? 'remove' : undefined
    if (this.#wanted !== this.#held) return known ? 'modify' : 'initial'
    if (this.#parts.clock.now() < this.#refreshAt) return undefined
    return known ? 'refresh' : 'initial'
  }

  async #perform(operation: Operation, document: string | undefined): Promise<void> {
    const answer = await this.#parts.send({
      expires: operation === 'remove' ? 0 : this.#lifetime,
      tag: this.#tag,
      // A refresh and a removal carry no body. RFC 3903 §4.3, §4.5
      document: operation === 'refresh' ? undefined : document,
    })
    if (answer.status >= 200 && answer.status < 300) this.#accept(operation, document, answer)
    else if (operation === 'remove') this.#forget(answer)
    else if (!this.#isMended(operation, answer)) this.#fail(document, answer)
  }

  #accept(operation: Operation, document: string | undefined, answer: SipAnswer): void {
    const { clock, backOff, events } = this.#parts
    backOff.reset()
    this.#mended = 0
    this.#held = document
    // Each 2xx brings a new tag; the old one is worth nothing. RFC 3903 §4.1
    this.#know(operation === 'remove' ? undefined : answer.header('SIP-ETag'))
    const granted = secondsIn(answer, 'Expires') ?? this.#lifetime
    this.#refreshAt = clock.now() + refreshAfter(granted)
    if (operation !== 'remove') events.up()
  }

  #know(tag: string | undefined): void {
    this.#tag = tag
    try {
      this.#parts.tagKeeper?.keep(tag)
    } catch {
      // As where a browser's storage is full or forbidden: the next client publishes beside this one.
    }
  }

  #forgetTag(): void {
    this.#held = undefined
    this.#know(undefined)
  }

  /** Whether the request can be sent again at once in a better form. */
  #isMended(operation: Operation, answer: SipAnswer): boolean {
    if (++this.#mended > MOST_MENDED_IN_A_ROW) return false
    if (answer.status === 412 && operation !== 'initial') {
      // The server knows the publication no more: begin again, with the whole document. RFC 3903 §4.1
      this.#forgetTag()
      return true
    }
    if (answer.status !== 423) return false
    const longer = longerLifetime(this.#lifetime, secondsIn(answer, 'Min-Expires'))
    this.#lifetime = longer ?? this.#lifetime
    return longer !== undefined
  }

  #fail(document: string | undefined, answer: SipAnswer): void {
    const { agent, clock, backOff, events } = this.#parts
    const error = errorOf('presence is not published', answer, agent.lastFailure)
    if (error.prospect === 'final' && answer.status !== 412) {
      this.#giveUp(document, error)
      return
    }
    const wait = backOff.next(secondsIn(answer, 'Retry-After'))
    this.#notBefore = clock.now() + wait
    this.#mended = 0
    events.failed(error, wait)
  }

  #giveUp(document: string | undefined, error: PresenceError): void {
    this.#forgetTag()
    this.#parts.events.failed(error, undefined)
    // Another document may be wanted by now, and may please the server better.
    if (this.#wanted !== document) return
    this.#wanted = undefined
    this.#settle(error)
  }

  /** A removal that fails is left at that: the publication expires. */
  #forget(answer: SipAnswer): void {
    const { agent, events } = this.#parts
    this.#forgetTag()
    if (answer.status === 412) return
    const error = errorOf('presence is not removed, but will expire', answer, agent.lastFailure)
    events.failed(error, undefined)
  }

  #settle(error?: PresenceError): void {
    this.#settled = this.#wanted
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if (error) reject(error)
      else resolve()
    }
  }
}

function tagIn(tagKeeper: TagKeeper | undefined): string | undefined {
  try {
    return tagKeeper?.get()
  } catch {
    return undefined
  }
}

const stoppedError = () => clientClosed('presence is not published')
