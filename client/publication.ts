/** Publication: keeps one presence document published under one entity tag. RFC 3903 §4. */
import type { ClientClock } from './client-clock.ts'
import type { BackOff } from './back-off.ts'
import { longerLifetime, refreshAfter, USUAL_LIFETIME } from './lifetime.ts'
import { createPause } from './pause.ts'
import { noAnswer, type PresenceError } from './presence-error.ts'
import type { PublishRequest } from './publish-request.ts'
import { errorOf, secondsIn, type SipAnswer } from './sip-answer.ts'
import type { SipUserAgent } from './sip-user-agent.ts'

export interface Publication {
  /** Resolves when the server has taken this document or a later one; rejects with a PresenceError when it refuses. */
  publish(document: string): Promise<void>
  /** Resolves when nothing is published any more, or the server will let it expire. */
  remove(): Promise<void>
  /** Sends nothing any more. */
  stop(): void
}

export interface PublicationEvents {
  /** The server has what is wanted. */
  up(): void
  /** @param retryInMs undefined: it is not tried again */
  failed(error: PresenceError, retryInMs: number | undefined): void
}

/** initial, refresh, modify, remove. RFC 3903 §4.1 table 1. */
type Operation = 'initial' | 'refresh' | 'modify' | 'remove'

/** After so many refusals in a row that can be mended at once, the next attempt waits. */
const MOST_MENDED_IN_A_ROW = 3

export function createPublication({
  agent,
  send,
  clock,
  backOff,
  events,
}: {
  agent: Pick<SipUserAgent, 'connected' | 'listen' | 'start' | 'lastFailure'>
  send: (request: Omit<PublishRequest, 'presentity'>) => Promise<SipAnswer>
  clock: ClientClock
  backOff: BackOff
  events: PublicationEvents
}): Publication {
  const pause = createPause(clock)
  const waiting: { resolve: () => void; reject: (error: PresenceError) => void }[] = []
  let wanted: string | undefined
  /** What the server holds under the tag. */
  let held: string | undefined
  let tag: string | undefined
  let lifetime = USUAL_LIFETIME
  let refreshAt = 0
  let notBefore = 0
  let mended = 0
  let running = false
  let stopped = false

  /** What brings the server to what is wanted; undefined when it is there. */
  function due(): Operation | undefined {
    const known = tag !== undefined
    if (wanted === undefined) return known ? 'remove' : undefined
    if (wanted !== held) return known ? 'modify' : 'initial'
    if (clock.now() < refreshAt) return undefined
    return known ? 'refresh' : 'initial'
  }

  /** One request at a time: the next waits for the answer to this one. RFC 3903 §4.1. */
  async function keepPublished(): Promise<void> {
    while (!stopped) {
      const operation = due()
      if (operation === undefined) {
        for (const { resolve } of waiting.splice(0)) resolve()
        if (wanted === undefined) {
          running = false
          return
        }
        await pause.until(refreshAt - clock.now())
      } else if (!agent.connected) {
        agent.start()
        await pause.until()
      } else if (clock.now() < notBefore) {
        await pause.until(notBefore - clock.now())
      } else {
        await perform(operation, wanted)
      }
    }
  }

  async function perform(operation: Operation, document: string | undefined): Promise<void> {
    const answer = await send({
      expires: operation === 'remove' ? 0 : lifetime,
      tag,
      // A refresh and a removal carry no body. RFC 3903 §4.3, §4.5
      document: operation === 'refresh' ? undefined : document,
    })
    if (answer.status >= 200 && answer.status < 300) accept(operation, document, answer)
    else if (operation === 'remove') forget(answer)
    else if (!mend(operation, answer)) fail(document, answer)
  }

  function accept(operation: Operation, document: string | undefined, answer: SipAnswer): void {
    backOff.reset()
    mended = 0
    held = document
    // Each 2xx brings a new tag; the old one is worth nothing. RFC 3903 §4.1
    tag = operation === 'remove' ? undefined : answer.header('SIP-ETag')
    refreshAt = clock.now() + refreshAfter(secondsIn(answer, 'Expires') ?? lifetime)
    if (operation !== 'remove') events.up()
  }

  /** Whether the request can be sent again at once in a better form. */
  function mend(operation: Operation, answer: SipAnswer): boolean {
    if (++mended > MOST_MENDED_IN_A_ROW) return false
    if (answer.status === 412 && operation !== 'initial') {
      // The server knows the publication no more: begin again, with the whole document. RFC 3903 §4.1
      tag = held = undefined
      return true
    }
    const longer =
      answer.status === 423 ? longerLifetime(lifetime, secondsIn(answer, 'Min-Expires')) : undefined
    lifetime = longer ?? lifetime
    return longer !== undefined
  }

  function fail(document: string | undefined, answer: SipAnswer): void {
    const error = errorOf('presence is not published', answer, agent.lastFailure)
    if (error.prospect === 'final' && answer.status !== 412) {
      giveUp(document, error)
      return
    }
    const wait = backOff.next(secondsIn(answer, 'Retry-After'))
    notBefore = clock.now() + wait
    mended = 0
    events.failed(error, wait)
  }

  function giveUp(document: string | undefined, error: PresenceError): void {
    tag = held = undefined
    events.failed(error, undefined)
    // Another document may be wanted by now, and may please the server better.
    if (wanted !== document) return
    wanted = undefined
    for (const { reject } of waiting.splice(0)) reject(error)
  }

  /** A removal that fails is left at that: the publication expires. */
  function forget(answer: SipAnswer): void {
    tag = held = undefined
    if (answer.status === 412) return
    const error = errorOf('presence is not removed, but will expire', answer, agent.lastFailure)
    events.failed(error, undefined)
  }

  function want(document: string | undefined): Promise<void> {
    wanted = document
    const settled = new Promise<void>((resolve, reject) => {
      waiting.push({ resolve, reject })
    })
    if (running) pause.wake()
    else void run()
    return settled
  }

  async function run(): Promise<void> {
    running = true
    const stopListening = agent.listen({
      opened() {
        notBefore = 0
        pause.wake()
      },
    })
    try {
      await keepPublished()
    } finally {
      stopListening()
    }
  }

  return {
    publish: (document) => (stopped ? Promise.reject(stoppedError()) : want(document)),
    remove: () => (stopped ? Promise.resolve() : want(undefined)),
    stop() {
      stopped = true
      pause.wake()
      for (const { reject } of waiting.splice(0)) reject(stoppedError())
    },
  }
}

function stoppedError(): PresenceError {
  return noAnswer('presence is not published', 'the client is closed')
}
