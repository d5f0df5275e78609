/** Explanations for whoever reads them: the service's answer, and what its notable numbers mean. */
import { NO_ANSWER_YET, NOT_SENT, TIMED_OUT } from '../presence-agent/resource.ts'

export type { Explanation } from '../presence-agent/explanation/explanation.ts'

/** The answer to a NOTIFY in words. */
export function answerInWords(status: number): string {
  return WORDS.get(status) ?? `answered ${status}`
}

const WORDS: ReadonlyMap<number, string> = new Map([
  [NO_ANSWER_YET, 'not answered yet'],
  [TIMED_OUT, 'not answered'],
  [NOT_SENT, 'could not be sent'],
])
