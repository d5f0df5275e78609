/** Notification queue: what a subscription told, until somebody reads it. */

export interface NotificationQueue<T> {
  push(notification: T): void
  end(error?: Error): void
  /** For one reader at a time. */
  next(): Promise<IteratorResult<T, void>>
}

/** A reader that falls further behind loses the oldest notifications; the newest is always kept. */
const LONGEST = 1000
/** Likewise in characters, as JSON has them. */
const LARGEST = 4 * 1024 * 1024

export function createNotificationQueue<T>(): NotificationQueue<T> {
  const queue: { readonly notification: T; readonly size: number }[] = []
  let size = 0
  let over: { readonly error: Error | undefined } | undefined
  let wake: () => void = () => undefined

  async function next(): Promise<IteratorResult<T, void>> {
    while (queue.length === 0 && !over) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    const first = shift()
    if (first) return { done: false, value: first.notification }
    const error = over?.error
    if (error) {
      over = { error: undefined }
      throw error
    }
    return { done: true, value: undefined }
  }

  function shift() {
    const first = queue.shift()
    size -= first?.size ?? 0
    return first
  }

  return {
    push(notification) {
      const own = JSON.stringify(notification).length
      queue.push({ notification, size: own })
      size += own
      while (queue.length > LONGEST || (size > LARGEST && queue.length > 1)) shift()
      wake()
    },
    end(error) {
      over ??= { error }
      wake()
    },
    next,
  }
}
