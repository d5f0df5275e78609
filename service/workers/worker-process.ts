/** A worker's process, started by the first one (worker-child.ts): serves until that says stop, or is gone. */
import { createClosers } from '../closers.ts'
import { keepMemorySmall } from '../life/memory-return.ts'
import { logWriter } from '../log-format.ts'
import { createLog } from '../log.ts'
import { surviveFaults } from '../survive-faults.ts'
import { systemClock } from '../system-clock.ts'
import { hearOrders } from './orders.ts'
import { runWorker } from './run-worker.ts'

/** Whoever has the terminal, or the whole group, end means the first worker, which ends the others in good order. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

const end = () => process.exit(1)
const orders = hearOrders(end)
const start = await orders.started
const { level, format } = start.configuration.log
const log = createLog(level, logWriter(format), { worker: start.own })
const closers = createClosers(log)
surviveFaults(log)
void keepMemorySmall({ clock: systemClock, log })
orders.onStop(() => {
  void closers.closeAll().then(() => process.exit(0))
})
try {
  await runWorker(start, { orders, clock: systemClock, log, end }, closers)
  orders.report({ kind: 'ready' })
} catch (error) {
  orders.report({ kind: 'failed', text: error instanceof Error ? error.message : String(error) })
  await closers.closeAll()
  process.exit(1)
}
