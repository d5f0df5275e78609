/** What is told of a back-end subscription: by its NOTIFYs, and by its end. RFC 6665 §4.1.3. */
import type { BackEndNotify } from './back-end-notify.ts'
import type { BackEndState } from './back-end-state.ts'

const NO_ANSWER = { status: undefined, contact: undefined, isFinal: false } as const

export function notifiedState(
  { subscriptionState, reason, contentType, body }: BackEndNotify,
  isFinal = false,
): BackEndState {
  return { ...NO_ANSWER, subscriptionState, reason, contentType, body, isFinal }
}

/** Without a NOTIFY: for good by `refused`, else for now. */
export function endedState(
  status: number,
  refused?: { readonly reason: string; readonly contact?: string | undefined },
): BackEndState {
  return {
    subscriptionState: 'terminated',
    // What is tried again. RFC 6665 §4.1.3
    reason: refused?.reason ?? 'probation',
    ...{ contentType: undefined, body: undefined },
    ...{ status, contact: refused?.contact, isFinal: refused !== undefined },
  }
}
