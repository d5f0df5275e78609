/** Subscription-State: how a subscription stands, and what to do when it ends. RFC 6665 §4.1.3, §8.2.3. */
import { afterwardsOf, type Afterwards } from '../core/model/subscription-end.ts'
import type { SubscriptionStatus } from './presence.ts'

export interface SubscriptionState {
  readonly status: SubscriptionStatus
  /** Seconds. */
  readonly expires?: number
  readonly reason?: string
  /** Seconds. */
  readonly retryAfter?: number
}

/** A state that nobody defined is an active one. */
export function parseSubscriptionState(fieldValue: string): SubscriptionState {
  const [state = '', ...parameters] = fieldValue.split(';').map((part) => part.trim())
  const values = new Map<string, string>()
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=').map((part) => part.trim())
    values.set(name.toLowerCase(), value.toLowerCase())
  }
  const expires = seconds(values.get('expires'))
  const retryAfter = seconds(values.get('retry-after'))
  const reason = values.get('reason')
  return {
    status: statusOf(state.toLowerCase()),
    ...(expires !== undefined && { expires }),
    ...(reason !== undefined && { reason }),
    ...(retryAfter !== undefined && { retryAfter }),
  }
}

/** Without a reason, or with an unknown one, the subscriber may come back whenever it likes. */
export function afterwards({ reason, retryAfter }: SubscriptionState): Afterwards {
  return afterwardsOf(reason) ?? (retryAfter === undefined ? 'at-once' : 'later')
}

function statusOf(state: string): SubscriptionStatus {
  return state === 'pending' || state === 'terminated' ? state : 'active'
}

function seconds(digits: string | undefined): number | undefined {
  return digits !== undefined && /^\d{1,10}$/.test(digits) ? Number(digits) : undefined
}
