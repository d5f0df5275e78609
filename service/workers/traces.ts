/** Traces of a service of several workers: the first one asks, each of the others tells what it hears. */
import type { TraceMessage } from '../trace/trace-message.ts'
import type { TraceTap, Tell } from '../trace/trace-tap.ts'
import type { Channel } from './channel.ts'
import type { WorkerLinks } from './links.ts'
import { TOPICS } from './topics.ts'

interface TraceOrder {
  readonly trace: string
  /** Absent: it is over. */
  readonly aors?: readonly string[]
}

/** Octets on the way to the first worker, beyond which messages of traces are lost: all else is more important. */
const MOST_WAITING = 2 ** 20

/** In every worker but the first. */
export function answerTraces(links: WorkerLinks, tap: TraceTap): void {
  links.onOpen((worker, channel) => {
    if (worker !== 1) return
    channel.onPost(TOPICS.trace, (payload) => {
      const { trace, aors } = JSON.parse(payload.toString()) as TraceOrder
      if (!aors) tap.unfollow(trace)
      else {
        tap.follow(trace, aors, (message) => {
          if (channel.waiting < MOST_WAITING) send(channel, trace, message)
        })
      }
    })
  })
}

/** In the first worker: the taps of all others as one. Who comes back later follows the same people. */
export function tapOfOthers(links: WorkerLinks): Pick<TraceTap, 'follow' | 'unfollow'> {
  const followed = new Map<string, { aors: readonly string[]; tell: Tell }>()
  const channels = new Set<Channel>()
  links.onOpen((_worker, channel) => {
    channels.add(channel)
    channel.onLost(() => channels.delete(channel))
    channel.onPost(TOPICS.trace, (payload) => {
      const { trace, message } = received(payload)
      followed.get(trace)?.tell(message)
    })
    for (const [trace, { aors }] of followed) order(channel, { trace, aors })
  })
  return {
    follow(trace, aors, tell) {
      followed.set(trace, { aors, tell })
      for (const channel of channels) order(channel, { trace, aors })
    },
    unfollow(trace) {
      followed.delete(trace)
      for (const channel of channels) order(channel, { trace })
    },
  }
}

function order(channel: Channel, said: TraceOrder): void {
  channel.post(TOPICS.trace, Buffer.from(JSON.stringify(said)))
}

/** A line of JSON, and the octets behind it. */
function send(channel: Channel, trace: string, { octets, ...facts }: TraceMessage): void {
  channel.post(TOPICS.trace, Buffer.from(`${JSON.stringify({ trace, ...facts })}\n`), octets)
}

function received(payload: Buffer): { trace: string; message: TraceMessage } {
  const end = payload.indexOf('\n')
  const { trace, ...facts } = JSON.parse(payload.toString('utf8', 0, end)) as {
    trace: string
  } & Omit<TraceMessage, 'octets'>
  return { trace, message: { ...facts, octets: Buffer.from(payload.subarray(end + 1)) } }
}
