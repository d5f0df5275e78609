/** What has ended of late, for whoever asks why it is not there any more. */

export interface LatelyEnded<T> {
  /** In the place of what ended there before. */
  note(name: string, ended: T): void
  of(name: string): T | undefined
}

/** The oldest give way. */
const MOST = 1_000

export function createLatelyEnded<T>(): LatelyEnded<T> {
  const byName = new Map<string, T>()
  return {
    note(name, ended) {
      byName.delete(name)
      byName.set(name, ended)
      for (const oldest of byName.keys()) {
        if (byName.size <= MOST) break
        byName.delete(oldest)
      }
    },
    of: (name) => byName.get(name),
  }
}
