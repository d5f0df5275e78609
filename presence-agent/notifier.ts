/** Notifier: accepts SUBSCRIBE and keeps its watchers told. RFC 6665 §4.2, RFC 3856 §6. */
import { whenReady } from '../core/model/maybe-promise.ts'
import type { SubscribeParts } from './subscribe-parts.ts'
import { openSubscription } from './subscription-opening.ts'
import { refreshSubscription } from './subscription-refresh.ts'
import type { RequestHandler } from './request-service.ts'

export interface Notifier {
  readonly subscribe: RequestHandler
}

export function createNotifier(parts: SubscribeParts): Notifier {
  return {
    subscribe(admitted) {
      const { message } = admitted.request
      if (message.toTag === '') return openSubscription(parts, admitted)
      return whenReady(parts.adopt?.(message), () => refreshSubscription(parts, admitted))
    },
  }
}
