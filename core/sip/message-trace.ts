/** Message trace: hears what comes and what leaves, on every transport, outside of TLS; while somebody follows it. */
import type { Flow } from './sip-endpoint.ts'

export type Direction = 'in' | 'out'

export interface MessageTrace {
  /** The octets are valid during the call. Undefined: nobody follows, which costs a look for each message. */
  readonly hear: ((direction: Direction, octets: Uint8Array, flow: Flow) => void) | undefined
}

/** Several that may follow at once. */
export function joinTraces(one: MessageTrace, other: MessageTrace): MessageTrace {
  const both: MessageTrace['hear'] = (...heard) => {
    one.hear?.(...heard)
    other.hear?.(...heard)
  }
  return {
    get hear() {
      return one.hear && other.hear ? both : (one.hear ?? other.hear)
    },
  }
}

export const NO_TRACE: MessageTrace = { hear: undefined }
