/** Watch: what somebody's NOTIFYs tell, to be read one after the other. RFC 6665 §4.1. */
import { onAbort, type Abortable } from './abortable.ts'
import { createNotificationQueue } from './notification-queue.ts'

/** Ends when the server ends the subscription for good, and throws a PresenceError when it refuses one. */
export interface Watch<T> extends AsyncIterable<T, void> {
  readonly presentity: string
  /** Unsubscribes; the iteration ends. */
  close(): Promise<void>
}

/** Where the notifications go. */
export interface WatchSink<T> {
  tell(notification: T): void
  /** Nothing more comes. @param error why it was refused */
  end(error?: Error): void
}

/** Where they come from. */
export interface WatchSource {
  /** Resolves when the source has ended its sink, or will not write to it any more. */
  close(): Promise<void>
}

interface WatchParts<T> extends Abortable {
  readonly presentity: string
  readonly open: (sink: WatchSink<T>) => WatchSource
  readonly told: (notification: T) => void
  readonly ended: () => void
}

/** Throws the signal's reason when it is aborted already. */
export function createWatch<T>(parts: WatchParts<T>): Watch<T> {
  const { presentity, open, told, ended, signal } = parts
  signal?.throwIfAborted()
  const queue = createNotificationQueue<T>()
  let stopListening: () => void = () => undefined
  const source = open({
    tell(notification) {
      queue.push(notification)
      told(notification)
    },
    end(error) {
      queue.end(error)
      stopListening()
      ended()
    },
  })
  stopListening = onAbort(signal, (reason) => {
    queue.end(reason)
    void source.close()
  })
  return {
    presentity,
    close: () => source.close(),
    [Symbol.asyncIterator]: () => ({
      next: () => queue.next(),
      return: async () => {
        await source.close()
        return { done: true, value: undefined }
      },
    }),
  }
}
