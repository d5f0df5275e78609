/** Top: who costs a service most, of all its workers together. */
import type { Channel } from '../workers/channel.ts'
import type { WorkerLinks } from '../workers/links.ts'
import { TOPICS } from '../workers/topics.ts'
import { addCost, noCost, type Cost } from './cost.ts'
import type { CostTap, Costs } from './cost-tap.ts'

export type LookAtTop = () => Promise<Costs>

/** Milliseconds for a worker to answer: it is asked each second. */
const PATIENCE = 800

interface Told {
  readonly counted: number
  readonly sums: readonly (readonly [name: string, cost: Cost])[]
}

/** Every worker answers the first. */
export function answerTop(links: WorkerLinks, tap: Pick<CostTap, 'look'>): void {
  links.onOpen((_worker, channel) => {
    channel.onAsk(TOPICS.top, () => {
      const { counted, sums } = tap.look()
      return Buffer.from(JSON.stringify({ counted, sums: [...sums] } satisfies Told))
    })
  })
}

/** A worker that does not answer in time is left out. */
export function createTop(tap: Pick<CostTap, 'look'>, links: WorkerLinks | undefined): LookAtTop {
  return async () => {
    const { counted, sums } = tap.look()
    const others = Array.from({ length: (links?.workers ?? 1) - 1 }, (_, index) => index + 2)
    const told = await Promise.all(others.map((worker) => ask(links?.to(worker))))
    const all = new Map<string, Cost>()
    const every = [[...sums], ...told.map((one) => one?.sums ?? [])]
    for (const [name, cost] of every.flat()) {
      const sum = all.get(name) ?? noCost()
      addCost(sum, cost)
      all.set(name, sum)
    }
    return { counted, sums: all }
  }
}

async function ask(channel: Channel | undefined): Promise<Told | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined)
    }, PATIENCE)
  })
  try {
    const answer = await Promise.race([channel?.ask(TOPICS.top, new Uint8Array(0)), late])
    return answer && (JSON.parse(answer.toString()) as Told)
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}
