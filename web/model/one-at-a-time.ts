/** One run at a time: whoever asks during one gets another, which begins after it; many who ask share that one. */

/** @param run never rejects */
export function oneAtATime(run: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | undefined
  let next: Promise<void> | undefined

  function start(): Promise<void> {
    next = undefined
    current = run().then(() => {
      current = undefined
    })
    return current
  }

  return () => (current ? (next ??= current.then(start)) : start())
}
