/** Side by side: an action on everything that comes, on a few at once. */

/** Rejects with the first failure, when none of the actions is under way any more. */
export async function sideBySide<T>(
  all: AsyncIterable<T> | Iterable<T>,
  atOnce: number,
  action: (one: T) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>()
  const failures: unknown[] = []
  for await (const one of all) {
    if (failures.length > 0) break
    const over: Promise<void> = action(one)
      .catch((error: unknown) => {
        failures.push(error)
      })
      .finally(() => underWay.delete(over))
    underWay.add(over)
    if (underWay.size >= atOnce) await Promise.race(underWay)
  }
  await Promise.all(underWay)
  if (failures.length > 0) throw failures[0]
}
