/** Metrics of the whole service: every worker's, made one. A worker that does not answer is left out, and named. */
import { AggregatorRegistry } from 'prom-client'
import type { Reload } from '../life/reload.ts'
import type { Channel } from '../workers/channel.ts'
import type { WorkerLinks } from '../workers/links.ts'
import { TOPICS } from '../workers/topics.ts'
import { gauge, value, type Family } from './family.ts'
import type { LookAtProcess } from './process-metrics.ts'
import type { LookAtWaitingIcons } from './waiting-icons.ts'

/** Text exposition format. */
export type LookAtService = () => Promise<string>

/** Milliseconds for a worker to answer: less than a scrape may last. */
const PATIENCE = 3_000

/** Every worker answers the first. */
export function answerMetrics(links: WorkerLinks, look: LookAtProcess): void {
  links.onOpen((_worker, channel) => {
    channel.onAsk(TOPICS.metrics, async () => Buffer.from(JSON.stringify(await look())))
  })
}

interface ServiceMetricsParts {
  readonly look: LookAtProcess
  /** Absent: this process is all of the service. */
  readonly links: WorkerLinks | undefined
  readonly isReady: () => boolean
  readonly waitingIcons: LookAtWaitingIcons
  readonly lastReload: Reload['last']
}

export function createServiceMetrics({
  look,
  links,
  isReady,
  waitingIcons,
  lastReload,
}: ServiceMetricsParts): LookAtService {
  return async () => {
    const others = links ? numbersFrom(2, links.workers) : []
    const asked = others.map((worker) => ask(links?.to(worker)))
    const all = [await look(), ...(await Promise.all(asked))]
    const standing = all.map((one, index) => value({ worker: index + 1 }, one ? 1 : 0))
    const waiting = await waitingIcons()
    const own = [
      gauge('visage_ready', 'Whether people may be sent here, as /readyz says.', isReady() ? 1 : 0),
      gauge('visage_worker_up', 'Whether the worker has answered.', standing),
      ...reloadFamilies(lastReload()),
      ...waiting,
    ]
    const answered = [own, ...all.filter((one) => one !== undefined)]
    return AggregatorRegistry.aggregate(answered).metrics()
  }
}

/** Of a service that was never told to: it has what it was started with. */
function reloadFamilies(last: ReturnType<Reload['last']>): Family[] {
  const isGood = last?.problem === undefined
  const success = 'Whether the last reading of configuration and certificates was of use.'
  const moment = 'When that was, in seconds since 1970; 0: not since the start.'
  return [
    gauge('visage_reload_last_success', success, isGood ? 1 : 0),
    gauge('visage_reload_last_timestamp_seconds', moment, (last?.at ?? 0) / 1000),
  ]
}

async function ask(channel: Channel | undefined): Promise<readonly Family[] | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined)
    }, PATIENCE)
  })
  try {
    const answer = await Promise.race([channel?.ask(TOPICS.metrics, new Uint8Array(0)), late])
    return answer && (JSON.parse(answer.toString()) as readonly Family[])
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

function numbersFrom(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}
