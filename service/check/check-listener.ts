/** Check of a running service's store, for who asks on the administration's socket. */
import type { RequestListener, ServerResponse } from 'node:http'
import type { Log } from '../../core/model/log.ts'
import type { SnapshotStore } from '../../core/model/store-snapshot.ts'
import type { StoreProblem } from '../../core/model/store-problem.ts'

export const CHECK_PATH = '/check'

/** A line of JSON of the answer; the last one is `problems`, how many there are, or `failure`. */
export type CheckStep =
  | { readonly checked: number }
  | { readonly problem: StoreProblem }
  | { readonly problems: number }
  | { readonly failure: string }

/** What a store that is damaged all over may take of the service's memory. */
const MOST_TOLD = 10_000
const RECORDS_A_LINE = 500

interface CheckListenerParts extends Pick<SnapshotStore, 'check'> {
  readonly log: Log
}

/** 404: this store is checked without the service. One check at a time: 503. */
export function createCheckListener({ check, log }: CheckListenerParts): RequestListener {
  let isUnderWay = false
  return (request, response) => {
    request.resume()
    if (!check) response.writeHead(404).end()
    else if (isUnderWay) response.writeHead(503).end()
    else {
      isUnderWay = true
      tellProblems(check, response)
        .catch((error: unknown) => {
          log.warn({ err: error }, 'a check of the store was not finished')
          tell(response, { failure: (error as Error).message })
        })
        .finally(() => {
          isUnderWay = false
          response.end()
        })
    }
  }
}

const tell = (response: ServerResponse, step: CheckStep) =>
  response.write(`${JSON.stringify(step)}\n`)

async function tellProblems(
  check: NonNullable<SnapshotStore['check']>,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/jsonl' }).flushHeaders()
  let [checked, problems] = [0, 0]
  await check({
    problem(problem) {
      if (++problems <= MOST_TOLD) tell(response, { problem })
    },
    progress() {
      if (response.closed) throw new Error('whoever asked has gone')
      if (++checked % RECORDS_A_LINE === 0) tell(response, { checked })
    },
  })
  tell(response, { problems })
}
