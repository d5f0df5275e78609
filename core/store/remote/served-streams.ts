/** Streams that a member reads piece by piece: the next piece is made when it asks. */
import { failureOf } from './failure.ts'
import type { MessageOutbox } from './message-outbox.ts'
import type { Answer, Question } from './store-messages.ts'
import { WITH_OCTETS, type StoreStreams } from './store-operations.ts'

interface ServedStreams {
  readonly take: (question: StreamQuestion) => void
  /** Ends all of them. */
  readonly close: () => void
}

type StreamQuestion = Exclude<Question, readonly ['call', ...unknown[]]>

interface Served {
  readonly items: AsyncIterator<unknown>
  readonly name: keyof StoreStreams
}

/** Items of a piece, and octets of the bodies in it about. */
const PIECE = 256
const PIECE_OCTETS = 512 * 1024

export function createServedStreams(
  streams: StoreStreams,
  outbox: MessageOutbox<Answer>,
): ServedStreams {
  const open = new Map<number, Served>()

  function begin(id: number, name: keyof StoreStreams, args: readonly unknown[]): void {
    const stream = streams[name] as (...given: readonly unknown[]) => AsyncIterable<unknown>
    open.set(id, { items: stream(...args)[Symbol.asyncIterator](), name })
  }

  async function answer(id: number): Promise<void> {
    const served = open.get(id)
    if (!served) return
    const [said, isLast] = await pieceOf(served, id)
    if (isLast) open.delete(id)
    outbox.add(said, WITH_OCTETS.has(served.name))
  }

  function end(id: number): void {
    // It may be within a piece: what it meets at its end is nobody's any more.
    open
      .get(id)
      ?.items.return?.()
      .catch(() => undefined)
    open.delete(id)
  }

  return {
    take(question) {
      const [kind, id] = question
      if (kind === 'end') {
        end(id)
        return
      }
      if (kind === 'stream') begin(id, question[2], question[3])
      void answer(id)
    },
    close() {
      for (const id of [...open.keys()]) end(id)
    },
  }
}

async function pieceOf({ items }: Served, id: number): Promise<[said: Answer, isLast: boolean]> {
  try {
    const piece = await nextPiece(items)
    return [['items', id, piece.items, piece.isLast], piece.isLast]
  } catch (error) {
    return [['failure', id, failureOf(error)], true]
  }
}

async function nextPiece(source: AsyncIterator<unknown>) {
  const items: unknown[] = []
  let octets = 0
  while (items.length < PIECE && octets < PIECE_OCTETS) {
    const next = await source.next()
    if (next.done === true) return { items, isLast: true }
    items.push(next.value)
    octets += octetsIn(next.value)
  }
  return { items, isLast: false }
}

function octetsIn(item: unknown): number {
  const body = typeof item === 'object' && item !== null && 'body' in item ? item.body : undefined
  return body instanceof Uint8Array || typeof body === 'string' ? body.length : 0
}
