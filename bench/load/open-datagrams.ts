/** Batched system calls where the system lets us: the generator must cost less than what it measures. */
import { openBatchedDatagrams } from './batched-datagrams.ts'
import type { Datagrams, Receive } from './datagrams.ts'
import { openPlainDatagrams } from './plain-datagrams.ts'

export async function openDatagrams(
  server: number,
  count: number,
  receive: Receive,
): Promise<Datagrams> {
  return (
    (await openBatchedDatagrams(server, count, receive)) ??
    (await openPlainDatagrams(server, count, receive))
  )
}
