/** What a request is called, in the log and in its answer alike. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export const REQUEST_ID = 'x-request-id'

/** Of this process. */
const prefix = randomBytes(6).toString('base64url')
let count = 0

/** The name that a trusted proxy gave it (others were taken away before), or one of ours, made when it is first asked for. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const known = headers[REQUEST_ID]
  if (typeof known === 'string') return known
  return (headers[REQUEST_ID] = `${prefix}-${(++count).toString(36)}`)
}
