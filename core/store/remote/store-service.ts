/** The owner's end of the channel: does for one member what it asks of the store, and tells it what changes. */
import type { OpenedStore } from '../../model/opened-store.ts'
import { failureOf } from './failure.ts'
import type { MessageChannel } from './message-channel.ts'
import { createMessageOutbox, type MessageOutbox } from './message-outbox.ts'
import { operationsOn, streamsOf } from './served-operations.ts'
import { createServedStreams } from './served-streams.ts'
import { decodeBatch, type Answer, type Question } from './store-messages.ts'
import { WITH_OCTETS, type StoreOperations } from './store-operations.ts'

/** Until the channel closes. The store's event state is what this member looks after. */
export function serveStore(store: OpenedStore, channel: MessageChannel): void {
  const outbox = createMessageOutbox<Answer>(channel)
  const operations = operationsOn(store)
  const streams = createServedStreams(streamsOf(store), outbox)
  const unsubscribe = [
    // Told before the answer to whoever made the change: both go through one outbox.
    store.changes.subscribe((change) => {
      outbox.add(['change', change])
    }),
    store.eventState.shared?.subscribe((change) => {
      outbox.add(['shared', change])
    }),
  ]
  channel.onMessage((message) => {
    for (const question of decodeBatch(message) as readonly Question[]) {
      if (question[0] === 'call') answer(question, { operations, outbox })
      else streams.take(question)
    }
  })
  channel.onClosed(() => {
    for (const end of unsubscribe) end?.()
    streams.close()
  })
}

type Call = Extract<Question, readonly ['call', ...unknown[]]>

function answer(
  [, id, name, args]: Call,
  { operations, outbox }: { operations: StoreOperations; outbox: MessageOutbox<Answer> },
): void {
  const fail = (error: unknown) => {
    outbox.add(['failure', id, failureOf(error)])
  }
  const succeed = (value: unknown) => {
    outbox.add(resultOf(id, value), WITH_OCTETS.has(name))
  }
  try {
    const operation = operations[name] as (...given: readonly unknown[]) => unknown
    const value = operation(...args)
    if (value instanceof Promise) value.then(succeed, fail)
    else succeed(value)
  } catch (error) {
    fail(error)
  }
}

/** JSON would make null of an answer that is undefined. */
function resultOf(id: number, value: unknown): Answer {
  return value === undefined ? ['result', id] : ['result', id, value]
}
