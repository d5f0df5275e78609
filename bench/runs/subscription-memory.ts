/** The agent's memory per subscription, measured in a process of its own. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Bytes of heap and buffers. */
export function heapPerSubscription(subscriptions: number): number {
  const program = fileURLToPath(new URL('subscription-heap.ts', import.meta.url))
  const args = ['--expose-gc', '--import', 'tsx', program, String(subscriptions)]
  const ran = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(ran.stderr)
  return (JSON.parse(ran.stdout) as { bytes: number }).bytes
}
