/** One step under measurement: the server's cost beside what the generator saw. */
import type { Task } from '../load/load-generator.ts'
import { processCost } from '../servers/process-cost.ts'
import type { Allowed, Figure } from './figure.ts'
import type { Generator } from './generator.ts'

/** A server runs for months: what it costs while its code is still being compiled is not what an operation costs. */
export const WARM_UP = { seconds: 4 } as const

export interface Measurable {
  readonly name: string
  /** What the cost is divided by: operations, or the NOTIFYs they caused. */
  readonly per?: 'operation' | 'notification'
  readonly allowed?: Allowed
}

export async function measured(
  pid: number,
  generator: Generator,
  task: Task,
  { name, per = 'operation', allowed }: Measurable,
): Promise<Figure> {
  const before = processCost(pid)
  const answer = await generator.perform(task)
  const after = processCost(pid)
  const cpu = after.cpuSeconds - before.cpuSeconds
  const count = per === 'notification' ? answer.notifications : answer.operations
  return {
    scenario: name,
    perSecond: count / answer.seconds,
    cpuMicroseconds: (cpu / count) * 1e6,
    generatorMicroseconds: (answer.generatorCpuSeconds / count) * 1e6,
    messages: answer.traffic.messages / count,
    bytes: answer.traffic.bytes / count,
    ...(allowed && { allowed }),
    p50: answer.p50,
    p99: answer.p99,
    p999: answer.p999,
    residentMiB: after.residentMiB,
    serverLoad: cpu / answer.seconds,
    generatorLoad: answer.generatorCpuSeconds / answer.seconds,
    retransmissions: answer.retransmissions,
  }
}
