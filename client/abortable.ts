/** Abortable: whoever asked may lose interest, and then leaves nothing behind. */

export interface Abortable {
  /** When it is aborted, what was asked for ends and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Calls at once when the signal is aborted already. @returns a function that ends it */
export function onAbort(
  signal: AbortSignal | undefined,
  aborted: (reason: Error) => void,
): () => void {
  if (!signal) return () => undefined
  const listener = () => {
    aborted(signal.reason as Error)
  }
  if (signal.aborted) listener()
  else signal.addEventListener('abort', listener, { once: true })
  return () => {
    signal.removeEventListener('abort', listener)
  }
}

/** What the work gives, unless the signal comes first. The work itself must hear of that by other means. */
export async function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  let stop: () => void = () => undefined
  try {
    return await new Promise<T>((resolve, reject) => {
      stop = onAbort(signal, reject)
      work.then(resolve, reject)
    })
  } finally {
    stop()
  }
}
