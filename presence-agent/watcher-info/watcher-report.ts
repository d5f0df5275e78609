/** Watcher report: what a presentity may know of one subscription to it, at one moment. RFC 3857 §4.7, RFC 3858 §3. */
import { createHash } from 'node:crypto'
import type { WatcherEvent, WatcherStatus } from '../../core/documents/watcherinfo.ts'
import type { SubscriptionRecord } from '../../core/model/event-state.ts'
import { WATCHER_STATES } from '../../core/model/watcher-state.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { NEVER, type Subscription } from '../resource.ts'
import type { WaitingWatcher } from './waiting-watchers.ts'

export interface WatcherReport {
  /** Stays the same as long as the subscription is reported. */
  readonly id: string
  /** Absent: nobody in particular. */
  readonly watcher: Aor | undefined
  readonly status: WatcherStatus
  readonly event: WatcherEvent
  /** Milliseconds since the epoch, both. It need not expire. */
  readonly subscribedAt: number | undefined
  readonly expiresAt: number | undefined
}

export function liveStatus({
  permissions,
}: Pick<Subscription, 'permissions'>): 'pending' | 'active' {
  const policy = permissions.handling === 'confirm' ? 'no policy' : 'policy=accept'
  return WATCHER_STATES.init[`subscribe,${policy}`]
}

/** Nobody has decided on it. */
export function isPending(subscription: Subscription): boolean {
  return liveStatus(subscription) === 'pending'
}

/** `event`: what brought it where it stands. */
export function liveReport(
  subscription: Subscription,
  event: 'subscribe' | 'approved' = 'subscribe',
): WatcherReport {
  const { dialog, watcher, subscribedAt, dueAt } = subscription
  const id = publicId(dialog.localTag)
  const status = liveStatus(subscription)
  const expiresAt = dueAt === NEVER ? undefined : dueAt
  return { id, watcher, status, event, subscribedAt, expiresAt }
}

/** Of a subscription that another member of the service holds. */
export function reportElsewhere(
  { id, watcher, subscribedAt, expiresAt, waitingUntil }: SubscriptionRecord,
  status: 'pending' | 'active',
): WatcherReport {
  const isWaiting = waitingUntil !== undefined
  return {
    ...{ id: publicId(id), watcher, subscribedAt },
    ...{ status: isWaiting ? 'waiting' : status, event: isWaiting ? 'timeout' : 'subscribe' },
    expiresAt: isWaiting ? undefined : expiresAt,
  }
}

export function waitingReport({ id, watcher, subscribedAt }: WaitingWatcher): WatcherReport {
  const standing = { status: 'waiting', event: 'timeout' } as const
  return { id: publicId(id), watcher, ...standing, subscribedAt, expiresAt: undefined }
}

export function endedReport(last: WatcherReport, event: WatcherEvent): WatcherReport {
  return { ...last, status: 'terminated', event, expiresAt: undefined }
}

const ID_LENGTH = 16

/** No part of the dialog, which is nobody's affair but the watcher's. */
function publicId(localTag: string): string {
  return createHash('sha256').update(localTag).digest('hex').slice(0, ID_LENGTH)
}
