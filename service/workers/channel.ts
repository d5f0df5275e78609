/** A channel between two workers: binary messages over a stream, one-way or asked and answered; those of a turn leave together. */
import type { Duplex } from 'node:stream'
import type { Log } from '../../core/model/log.ts'
import { FrameReader } from './frame-reader.ts'
import { FrameWriter } from './frame-writer.ts'

/**
 * Messages arrive in the order in which they were sent, questions and answers among them. What a message says is between its
 * sender and its receiver; `topic` (0 to 255, TOPICS) tells whose it is. Payloads that arrive stay valid for as long as they are
 * held, but whoever keeps a part for long copies it: it lies in memory together with its neighbours.
 */
export interface Channel {
  /** False once the other side has gone. */
  readonly open: boolean
  /** One-way. False: the channel has ended, or too much waits in it; then nothing was taken. */
  post(topic: number, payload: Uint8Array, rest?: Uint8Array): boolean
  /** The other side's answer. Rejects with ChannelLost, or with AskFailed where its handler failed. */
  ask(topic: number, payload: Uint8Array): Promise<Buffer>
  onPost(topic: number, handler: (payload: Buffer) => void): void
  onAsk(topic: number, handler: (payload: Buffer) => Uint8Array | Promise<Uint8Array>): void
  /** Called once; at once where it has ended already. */
  onLost(handler: () => void): void
  /** Hands over what waits for the end of the turn. */
  flush(): void
  /** Octets that the other side has not taken. */
  readonly waiting: number
  end(): void
}

/** The other side has gone, or is not there; whether it has done what was asked is not known. */
export class ChannelLost extends Error {
  override readonly name = 'ChannelLost'
}

/** The other side's handler failed; the message says how. */
export class AskFailed extends Error {
  override readonly name = 'AskFailed'
}

export interface ChannelLimits {
  /** Octets of one message. */
  readonly messageBytes: number
  /** Octets that wait because the other side does not read. */
  readonly waitingBytes: number
  /** Questions of the other side that are not answered yet; then it is read no further. */
  readonly questions: number
}

export const CHANNEL_LIMITS: ChannelLimits = {
  messageBytes: 64 * 2 ** 20,
  waitingBytes: 64 * 2 ** 20,
  questions: 16_384,
}

interface ChannelParts {
  readonly stream: Duplex
  readonly log: Log
  readonly limits?: ChannelLimits
}

const POST = 0
const ASK = 1
const ANSWER = 2
const FAILURE = 3
/** Kind and topic; a number behind them where there is an answer. */
const POST_HEAD = 2
const NUMBERED_HEAD = 6
const NOTHING = new Uint8Array(0)

interface Asked {
  readonly resolve: (answer: Buffer) => void
  readonly reject: (error: Error) => void
}

export function createChannel(parts: ChannelParts): Channel {
  return new StreamChannel(parts)
}

class StreamChannel implements Channel {
  open = true
  readonly #stream: Duplex
  readonly #log: Log
  readonly #limits: ChannelLimits
  readonly #writer: FrameWriter
  readonly #head = Buffer.alloc(NUMBERED_HEAD)
  readonly #posts = new Map<number, (payload: Buffer) => void>()
  readonly #asks = new Map<number, (payload: Buffer) => Uint8Array | Promise<Uint8Array>>()
  readonly #asked = new Map<number, Asked>()
  readonly #lost: (() => void)[] = []
  #lastNumber = 0
  #unanswered = 0

  constructor({ stream, log, limits = CHANNEL_LIMITS }: ChannelParts) {
    this.#stream = stream
    this.#log = log
    this.#limits = limits
    this.#writer = new FrameWriter(stream)
    this.#listen()
  }

  get waiting(): number {
    return this.#writer.waiting
  }

  post(topic: number, payload: Uint8Array, rest: Uint8Array = NOTHING): boolean {
    const length = payload.length + rest.length
    if (!this.open || this.#writer.waiting + length > this.#limits.waitingBytes) return false
    if (length > this.#limits.messageBytes - NUMBERED_HEAD) return false
    this.#head[0] = POST
    this.#head[1] = topic
    this.#writer.write(this.#head.subarray(0, POST_HEAD), payload, rest)
    return true
  }

  ask(topic: number, payload: Uint8Array): Promise<Buffer> {
    if (!this.open) return Promise.reject(new ChannelLost('the other worker is not there'))
    if (this.#writer.waiting + payload.length > this.#limits.waitingBytes) {
      return Promise.reject(new ChannelLost('the other worker does not read'))
    }
    const number = (this.#lastNumber = (this.#lastNumber + 1) >>> 0)
    return new Promise((resolve, reject) => {
      this.#asked.set(number, { resolve, reject })
      this.#send(ASK, topic, number, payload)
    })
  }

  onPost(topic: number, handler: (payload: Buffer) => void): void {
    this.#posts.set(topic, handler)
  }

  onAsk(topic: number, handler: (payload: Buffer) => Uint8Array | Promise<Uint8Array>): void {
    this.#asks.set(topic, handler)
  }

  onLost(handler: () => void): void {
    if (this.open) this.#lost.push(handler)
    else handler()
  }

  flush(): void {
    this.#writer.flush()
  }

  end(): void {
    this.#writer.flush()
    this.#stream.end()
    this.#close()
  }

  #listen(): void {
    const reader = new FrameReader({
      longest: this.#limits.messageBytes,
      onFrame: (frame) => {
        this.#guarded(() => {
          this.#receive(frame)
        })
      },
    })
    this.#stream.on('data', (chunk: Buffer) => {
      if (reader.push(chunk)) return
      this.#log.error({}, 'a worker sent what cannot be understood')
      this.#stream.destroy()
    })
    // What went wrong matters to nobody: 'close' follows.
    this.#stream.on('error', () => undefined)
    this.#stream.on('end', () => this.#stream.end())
    this.#stream.on('close', () => {
      this.#close()
    })
  }

  #receive(frame: Buffer): void {
    const kind = frame[0] ?? FAILURE
    const topic = frame[1] ?? 0
    if (kind === POST) {
      this.#posts.get(topic)?.(frame.subarray(POST_HEAD))
      return
    }
    if (frame.length < NUMBERED_HEAD) return
    const number = frame.readUInt32LE(POST_HEAD)
    const payload = frame.subarray(NUMBERED_HEAD)
    if (kind === ASK) void this.#answer(topic, number, payload)
    else this.#hear(kind, number, payload)
  }

  #hear(kind: number, number: number, payload: Buffer): void {
    const asked = this.#asked.get(number)
    if (!asked) return
    this.#asked.delete(number)
    if (kind === ANSWER) asked.resolve(payload)
    else asked.reject(new AskFailed(payload.toString('utf8')))
  }

  async #answer(topic: number, number: number, payload: Buffer): Promise<void> {
    this.#pace(1)
    try {
      const handler = this.#asks.get(topic)
      if (!handler) throw new Error(`nobody answers topic ${topic}`)
      this.#send(ANSWER, topic, number, await handler(payload))
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      this.#send(FAILURE, topic, number, Buffer.from(text, 'utf8'))
    }
    this.#pace(-1)
  }

  /** Who asks faster than it is answered waits. */
  #pace(change: 1 | -1): void {
    this.#unanswered += change
    const { questions } = this.#limits
    if (this.#unanswered === questions && change === 1) this.#stream.pause()
    else if (this.#unanswered === questions - 1 && change === -1) this.#stream.resume()
  }

  #send(kind: number, topic: number, number: number, payload: Uint8Array): void {
    if (!this.open) return
    this.#head[0] = kind
    this.#head[1] = topic
    this.#head.writeUInt32LE(number, POST_HEAD)
    this.#writer.write(this.#head, payload, NOTHING)
  }

  #guarded(step: () => void): void {
    try {
      step()
    } catch (error) {
      const text = error instanceof Error ? error.stack : String(error)
      this.#log.error({ error: text }, 'a message of another worker failed')
    }
  }

  #close(): void {
    if (!this.open) return
    this.open = false
    const asked = [...this.#asked.values()]
    this.#asked.clear()
    for (const { reject } of asked) reject(new ChannelLost('the other worker has gone'))
    for (const handler of this.#lost) this.#guarded(handler)
  }
}
