/** Virtual subscription to somebody elsewhere: a back-end subscription in the list subscriber's name. RFC 4662 §7. */
import type { Aor } from '../../core/uri/aor.ts'
import { afterwardsOf } from '../../core/model/subscription-end.ts'
import type { BackEndState } from '../back-end/back-end-state.ts'
import type { BackEndSubscriptions } from '../back-end/back-end-subscriptions.ts'
import { readableText } from '../back-end/readable-text.ts'
import type { PublishedPackage } from '../event-package.ts'
import type { Standing, VirtualBody, VirtualSubscription } from './virtual-subscription.ts'

interface WantedElsewhere {
  readonly uri: string
  readonly eventPackage: Pick<PublishedPackage, 'name' | 'contentType' | 'readPublication'>
  readonly watcher: Aor | undefined
  readonly changed: () => void
}

/** Without a proxy, or with too many of them, the state of the resource is unknown. */
export function openRemote(
  backEnds: Pick<BackEndSubscriptions, 'open'>,
  { uri, eventPackage, watcher, changed }: WantedElsewhere,
): VirtualSubscription {
  let standing: Standing | undefined
  let body: VirtualBody | undefined

  function hear(state: BackEndState): void {
    const { subscriptionState, reason = 'noresource' } = state
    if (state.body) {
      const text = readableText(state.body, eventPackage)
      body = text === undefined ? undefined : { text, contentType: eventPackage.contentType }
    }
    if (subscriptionState === 'terminated') {
      standing = { state: subscriptionState, reason }
      body = undefined
    } else standing = { state: subscriptionState }
    changed()
  }

  // No list is asked for, so that no two lists can lead to each other without end. RFC 4662 §7.4
  const wanted = { uri, event: eventPackage.name, accept: [eventPackage.contentType], watcher }
  const open = () => backEnds.open(wanted, { state: hear })
  let backEnd = open()
  return {
    ready: undefined,
    standing: () => standing,
    body: () => body,
    renew() {
      const isOver = standing?.state === 'terminated' && afterwardsOf(standing.reason) === 'never'
      if (isOver) backEnd?.close()
      if (isOver || !backEnd) backEnd = open()
    },
    close() {
      backEnd?.close()
    },
  }
}
