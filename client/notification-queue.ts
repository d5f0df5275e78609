/** Notification queue: what a subscription told, until somebody reads it. */

export interface NotificationQueue<T> {
  push(notification: T): void
  end(error?: Error): void
  /** For one reader at a time. */
  next(): Promise<IteratorResult<T, void>>
}

/** A reader that falls further behind loses the oldest notifications; the newest is always kept. */
const LONGEST = 1000

export function createNotificationQueue<T>(): NotificationQueue<T> {
  const queue: T[] = []
  let over: { readonly error: Error | undefined } | undefined
  let wake: () => void = () => undefined

  async function next(): Promise<IteratorResult<T, void>> {
    while (queue.length === 0 && !over) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    const value = queue.shift()
    if (value !== undefined) return { done: false, value }
    const error = over?.error
    if (error) {
      over = { error: undefined }
      throw error
    }
    return { done: true, value: undefined }
  }

  return {
    push(notification) {
      queue.push(notification)
      if (queue.length > LONGEST) queue.shift()
      wake()
    },
    end(error) {
      over ??= { error }
      wake()
    },
    next,
  }
}
