/** Heads of NOTIFYs: the header lines that stay the same in a dialog, made once and kept for those who were told of late. RFC 3261 §12.2.1.1. */
import { notifiedEvent } from '../../core/model/watcher-profile.ts'
import { prepareHead, type RequestHead } from '../../core/sip/dialog.ts'
import type { SipEndpoint } from '../../core/sip/sip-endpoint.ts'
import type { Subscription } from '../resource.ts'
import { requiredExtension } from '../subscription.ts'
import { contactUri } from './notify-route.ts'

export interface NotifyHeads {
  readonly of: (subscription: Subscription) => RequestHead
  /** It has ended: nothing of it is kept. */
  readonly forget: (subscription: Subscription) => void
}

/** Each takes a third of what its subscription takes; those of others are made again when they are needed. */
const KEPT = 16_384

export function createNotifyHeads(
  sip: Pick<SipEndpoint, 'contactAddress'>,
  most = KEPT,
): NotifyHeads {
  /** The oldest is first. */
  const kept = new Set<Subscription>()

  function forget(subscription: Subscription): void {
    kept.delete(subscription)
    subscription.head = undefined
  }

  function keep(subscription: Subscription, head: RequestHead): void {
    const [oldest] = kept.size < most ? [] : kept
    if (oldest) forget(oldest)
    kept.add(subscription)
    subscription.head = head
  }

  return {
    of(subscription) {
      if (subscription.head) return subscription.head
      const head = headOf(subscription, sip)
      // The last NOTIFY has none behind it.
      if (!subscription.ended) keep(subscription, head)
      return head
    },
    forget,
  }
}

function headOf(
  { dialog, flow, event, profile, resource }: Subscription,
  sip: Pick<SipEndpoint, 'contactAddress'>,
): RequestHead {
  return prepareHead(
    dialog,
    `Contact: <${contactUri(sip, flow, dialog)}>\r\n` +
      `Event: ${notifiedEvent(event, profile)}\r\n` +
      requiredExtension(resource.eventPackage),
  )
}
