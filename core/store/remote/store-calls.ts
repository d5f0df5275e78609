/** A member's end of the channel: operations that wait for their answer, streams for their next piece. */
import { createAwaitedAnswers, type AwaitedAnswers, type Piece } from './awaited-answers.ts'
import type { MessageChannel } from './message-channel.ts'
import { createMessageOutbox, type MessageOutbox } from './message-outbox.ts'
import { decodeBatch, type Answer, type Question } from './store-messages.ts'
import { WITH_OCTETS, type StoreOperations, type StoreStreams } from './store-operations.ts'

export interface StoreCalls {
  /** Rejects as the operation does, and with StoreUnavailable when the owner has gone. */
  readonly call: <Name extends keyof StoreOperations>(
    name: Name,
    ...args: Parameters<StoreOperations[Name]>
  ) => Promise<Awaited<ReturnType<StoreOperations[Name]>>>
  /** Asks for a piece when the one before is used up. */
  readonly stream: <Name extends keyof StoreStreams>(
    name: Name,
    ...args: Parameters<StoreStreams[Name]>
  ) => AsyncGenerator<ItemOf<ReturnType<StoreStreams[Name]>>>
  /** Waits for what was asked; from then on every question rejects. */
  readonly close: () => Promise<void>
}

type ItemOf<T> = T extends AsyncIterable<infer Item> ? Item : never

/** Whatever the owner tells without being asked. */
export type Told = Extract<Answer, readonly ['change' | 'shared', unknown]>

export function createStoreCalls({
  channel,
  onTold,
}: {
  channel: MessageChannel
  onTold: (told: Told) => void
}): StoreCalls {
  const outbox = createMessageOutbox<Question>(channel)
  const answers = createAwaitedAnswers()
  channel.onMessage((message) => {
    for (const answer of decodeBatch(message) as readonly Answer[]) {
      if (answer[0] === 'change' || answer[0] === 'shared') onTold(answer)
      else answers.take(answer)
    }
  })
  channel.onClosed(answers.refuse)
  return {
    call: (name, ...args) => {
      const id = answers.newId()
      return answers.to(id, () => {
        outbox.add(['call', id, name, given(args)], WITH_OCTETS.has(name))
      })
    },
    stream: (name, ...args) => stream({ outbox, answers }, name, args) as AsyncGenerator<never>,
    async close() {
      await answers.idle()
      answers.refuse()
    },
  }
}

async function* stream(
  { outbox, answers }: { outbox: MessageOutbox<Question>; answers: AwaitedAnswers },
  name: keyof StoreStreams,
  args: readonly unknown[],
) {
  const id = answers.newId()
  let piece = await answers.to<Piece>(id, () => {
    outbox.add(['stream', id, name, given(args)], WITH_OCTETS.has(name))
  })
  try {
    for (;;) {
      yield* piece.items
      if (piece.isLast) return
      piece = await answers.to<Piece>(id, () => {
        outbox.add(['next', id])
      })
    }
  } finally {
    if (!piece.isLast) outbox.add(['end', id])
  }
}

/** JSON would make null of an argument that is undefined; only the last may be left out. */
function given(args: readonly unknown[]): readonly unknown[] {
  return args.at(-1) === undefined ? args.slice(0, -1) : args
}
