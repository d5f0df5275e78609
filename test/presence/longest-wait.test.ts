/** How long requests wait for their turn before the next ones are refused. RFC 3261 §17.1.2.2, §21.5.4. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import type { IncomingRequest } from '../../core/sip/sip-endpoint.ts'
import { createRequestService } from '../../presence-agent/request-service.ts'
import type { Turns } from '../../presence-agent/turns.ts'
import { createManualClock } from '../support/manual-clock.ts'

/** What becomes of a request that comes while so many wait, the oldest of them for so many milliseconds. */
function answered(waiting: number, delay: number): number | 'waits' {
  let outcome: number | 'waits' | undefined
  const turns = { waiting, delay, add: () => (outcome = 'waits') } as unknown as Turns
  const serve = createRequestService({
    admission: { admit: () => new Promise(() => undefined) },
    ...{ handlers: new Map(), turns, waitingRequests: 10_000 },
    ...{ clock: createManualClock(), log: silentLog },
  })
  serve({
    respond({ status }: { status: number }) {
      outcome = status
    },
  } as unknown as IncomingRequest)
  assert.ok(outcome !== undefined)
  return outcome
}

test('of more than a turn can do, what would wait for longer than a second is refused', () => {
  assert.equal(answered(5_000, 900), 'waits')
  assert.equal(answered(5_000, 1_100), 503)
})

test('while the store is late for few, all of them wait', () => {
  assert.equal(answered(500, 20_000), 'waits')
})
