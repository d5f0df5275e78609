/** What a program has cost so far, all of its processes together, as the kernel counts it. proc(5). */
import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100

export interface ProcessCost {
  readonly cpuSeconds: number
  readonly residentMiB: number
}

/** Of the process and of all that it has started. */
export function processCost(pid: number): ProcessCost {
  const costs = withChildren(pid).map(costOf)
  return {
    cpuSeconds: sum(costs.map(({ cpuSeconds }) => cpuSeconds)),
    residentMiB: sum(costs.map(({ residentMiB }) => residentMiB)),
  }
}

function withChildren(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
  return [pid, ...children.flatMap(withChildren)]
}

function costOf(pid: number): ProcessCost {
  const stat = read(`/proc/${pid}/stat`)
  // The name in parentheses may hold spaces: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const resident = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1]
  return {
    cpuSeconds: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND,
    residentMiB: Number(resident ?? 0) / 1024,
  }
}

/** Empty for a process that has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
