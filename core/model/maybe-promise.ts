/** A value that is at hand (the embedded store) or on its way (a database). */
export type MaybePromise<T> = T | Promise<T>

/** Goes on with `next` at once when the value is at hand, so that the hot path pays for no promise. */
export function whenReady<T, U>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/** Turns what `action` throws into a rejection, so that whoever asks meets a failure in one way only. */
export function rejectInstead<T>(action: () => MaybePromise<T>): MaybePromise<T> {
  try {
    return action()
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)))
  }
}
