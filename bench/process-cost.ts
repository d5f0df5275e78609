/** What a process has cost so far, as the kernel counts it. proc(5). */
import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100

export interface ProcessCost {
  readonly cpuSeconds: number
  readonly residentMiB: number
}

export function processCost(pid: number): ProcessCost {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in parentheses may hold spaces: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    residentMiB: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? NaN) / 1024,
  }
}
