/** How many there are of what comes one by one. */
export async function lengthOf(all: AsyncIterable<unknown>): Promise<number> {
  const iterator = all[Symbol.asyncIterator]()
  let length = 0
  while ((await iterator.next()).done !== true) length++
  return length
}
