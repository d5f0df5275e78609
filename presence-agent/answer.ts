/** Answers a request: with what was decided once the turn is stored, with 503 when it cannot be. RFC 3903 §6. */
import type { IncomingRequest, OutgoingResponse } from '../core/sip/sip-endpoint.ts'
import { serviceUnavailable } from './refusal.ts'
import type { Turn } from './turn-batch.ts'

export function answer(turn: Turn, request: IncomingRequest, response: OutgoingResponse): void {
  turn.answer(
    () => {
      request.respond(response)
    },
    () => {
      request.respond(serviceUnavailable().response)
    },
  )
}
