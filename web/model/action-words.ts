/** What went wrong with something that the person did, in words. */
import { HttpUnreachable, PresenceError, RuleInTheWay, XcapError } from '../../client/index.ts'

const NO_ANSWER = 'The server does not answer, so nothing was changed. Try again in a moment.'
const RULE_IN_THE_WAY =
  'A rule that another program wrote speaks of them together with others. Change it there.'

/** Of an XCAP answer, by its HTTP status. RFC 4825 §8 */
const REFUSALS: Partial<Record<number, string>> = {
  401: 'Your session has ended. Sign in again to go on.',
  403: 'The server does not allow this change.',
  409: 'The server does not take this change.',
  412: 'Another program is changing this too. Try again in a moment.',
  413: 'The list has become too long for the server.',
  503: 'The server is busy. Try again in a moment.',
  507: 'The server has no room left for this.',
}

/** An Error whose message is for the person. */
export function inWords(error: unknown): Error {
  return new Error(wordsFor(error), { cause: error })
}

function wordsFor(error: unknown): string {
  if (error instanceof HttpUnreachable) return NO_ANSWER
  if (error instanceof RuleInTheWay) return RULE_IN_THE_WAY
  if (error instanceof XcapError) {
    return (
      error.phrase ?? REFUSALS[error.status] ?? `The server refused it (error ${error.status}).`
    )
  }
  if (error instanceof PresenceError) return presenceWords(error)
  return error instanceof Error ? error.message : String(error)
}

function presenceWords({ status }: PresenceError): string {
  if (status === undefined || status === 408) return NO_ANSWER
  if (status === 401) return 'Your session has ended. Sign in again to go on.'
  return `The server refused it (error ${status}).`
}
