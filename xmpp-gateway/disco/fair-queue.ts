/** Fair queue: each lane does one thing at a time, so that nobody keeps the others waiting. */
import { createWorkQueue, type WorkQueue } from '../../core/images/work-queue.ts'

export interface FairQueue {
  /** Rejects with `QueueFull` when the lane or the whole is full. */
  run<T>(lane: string, work: () => Promise<T>): Promise<T>
}

export function createFairQueue({
  concurrency,
  waiting,
  waitingInLane,
}: {
  /** Lanes that work at once. */
  concurrency: number
  /** Lanes that wait for it. */
  waiting: number
  waitingInLane: number
}): FairQueue {
  const whole = createWorkQueue({ concurrency, waiting })
  const lanes = new Map<string, { readonly queue: WorkQueue; jobs: number }>()
  return {
    async run(name, work) {
      const fresh = () => createWorkQueue({ concurrency: 1, waiting: waitingInLane })
      const lane = lanes.get(name) ?? { queue: fresh(), jobs: 0 }
      lanes.set(name, lane)
      lane.jobs++
      try {
        return await lane.queue.run(() => whole.run(work))
      } finally {
        lane.jobs--
        if (lane.jobs === 0) lanes.delete(name)
      }
    },
  }
}
