/** What a screen reader says of requests that have just arrived; those it spoke of before are not told again. */
import type { WatchRequest } from '../model/page-model.ts'

/** Undefined: none is new. */
export function newRequestWords(
  requests: readonly WatchRequest[],
  told: ReadonlySet<string>,
): string | undefined {
  const fresh = requests.filter(({ address }) => !told.has(address))
  const [first] = fresh
  if (first === undefined) return undefined
  return fresh.length === 1
    ? `${first.name} asks to see your status.`
    : `${fresh.length} people ask to see your status.`
}
