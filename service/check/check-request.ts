/** Request to a running service to check its store. */
import type { IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import type { StoreProblem } from '../../core/model/store-problem.ts'
import { askService } from '../ask-service.ts'
import { CHECK_PATH, type CheckStep } from './check-listener.ts'

export interface ToldProblems {
  readonly problems: readonly StoreProblem[]
  /** More may have been found than are told. */
  readonly found: number
}

/** Undefined: no service runs there. Rejects with an Error for the operator; `progress` is told how many records were looked at. */
export async function checkThroughService(
  data: string,
  progress: (records: number) => void,
): Promise<ToldProblems | undefined> {
  const response = await askService(data, CHECK_PATH)
  if (!response) return undefined
  if (response.statusCode === 200) return problemsTold(response, progress)
  response.resume()
  throw new Error(`the service checks nothing just now (${String(response.statusCode)})`)
}

async function problemsTold(
  response: IncomingMessage,
  progress: (records: number) => void,
): Promise<ToldProblems> {
  const problems: StoreProblem[] = []
  for await (const line of createInterface({ input: response })) {
    const step = JSON.parse(line) as CheckStep
    if ('failure' in step) throw new Error(step.failure)
    if ('problems' in step) return { problems, found: step.problems }
    if ('problem' in step) problems.push(step.problem)
    else progress(step.checked)
  }
  throw new Error('the service has ended while it checked its store')
}
