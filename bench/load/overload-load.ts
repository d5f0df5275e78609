/** More than a server can do: new publications at a fixed rate, whatever becomes of the earlier ones. */
import type { Measured } from './closed-loop.ts'
import { createLatencies } from './latencies.ts'
import { openDatagrams } from './open-datagrams.ts'
import { BRANCH, branchNumber, publish } from './sip-messages.ts'

export interface OverloadTask {
  readonly step: 'overload'
  readonly port: number
  readonly presentities: number
  /** Requests a second. */
  readonly rate: number
  readonly seconds: number
}

export interface OverloadMeasured extends Measured {
  /** Answered 503 with Retry-After. RFC 3261 §21.5.4. */
  readonly refused: number
  /** When the last of them was, in seconds since the begin; 0: none was. */
  readonly lastRefused: number
}

/** Beyond those of other loads. */
const FIRST_PRESENTITY = 2_000_000
/** Seconds that a last answer is waited for. */
export const LAST_ANSWERS = 2
const REFUSAL = /^SIP\/2\.0 503 [^]*\r\nRetry-After: \d/

/** An operation is a request that was answered 2xx; no request is repeated. */
export async function overload(task: OverloadTask): Promise<OverloadMeasured> {
  const { rate, seconds, presentities } = task
  const latencies = createLatencies()
  const sentAt = new Float64Array(Math.ceil(rate * seconds) + 1)
  const since = (moment: number) => performance.now() - moment
  let [operations, refused, lastRefused] = [0, 0, 0]
  const receive = (_socket: number, text: string) => {
    const branch = branchNumber(text)
    if (text.startsWith('SIP/2.0 200 ')) {
      operations++
      latencies.add(since(sentAt[branch] ?? NaN))
    } else if (REFUSAL.test(text)) {
      refused++
      lastRefused = since(began) / 1000
    }
  }
  const datagrams = await openDatagrams(task.port, 1, receive)
  const began = performance.now()
  await atRate(rate, seconds, (number) => {
    sentAt[number] = performance.now()
    const presentity = FIRST_PRESENTITY + (number % presentities)
    const publication = { presentity, version: 1, tag: '', cseq: number }
    datagrams.send(0, publish(`${BRANCH}${number}`, publication))
  })
  await new Promise((resolve) => setTimeout(resolve, LAST_ANSWERS * 1000))
  datagrams.close()
  return { ...latencies.percentiles(), operations, seconds, refused, lastRefused }
}

/** Sends 1, 2, 3 …, those that are due together. */
function atRate(rate: number, seconds: number, send: (number: number) => void): Promise<void> {
  const began = performance.now()
  let sent = 0
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const passed = (performance.now() - began) / 1000
      for (const due = Math.min(passed, seconds) * rate; sent < due;) send(++sent)
      if (passed < seconds) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
}
