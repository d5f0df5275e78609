/** List members: opens the virtual subscription to each, wherever it is. RFC 4662 §4. */
import { parseAor } from '../../core/uri/aor.ts'
import type { BackEndSubscriptions } from '../back-end/back-end-subscriptions.ts'
import {
  LocalVirtualSubscription,
  type LocalVirtualParts,
  type WantedResource,
} from './local-virtual-subscription.ts'
import type { Subscription } from '../resource.ts'
import { openRemote } from './remote-virtual-subscription.ts'
import { UNKNOWN, type VirtualSubscription } from './virtual-subscription.ts'

export interface ListMembersParts extends LocalVirtualParts {
  readonly backEnds: Pick<BackEndSubscriptions, 'open'>
}

interface WantedMember extends Pick<WantedResource, 'eventPackage' | 'isFetch' | 'changed'> {
  /** As the list writes it. */
  readonly uri: string
  /** The subscription to the list. */
  readonly list: Subscription
}

export function openMember(parts: ListMembersParts, wanted: WantedMember): VirtualSubscription {
  const { domains, backEnds } = parts
  const said = parseAor(wanted.uri)
  if (said === undefined) return UNKNOWN
  const address = domains.canonical(said)
  // A telephone number may be somebody's here: the accounts know.
  if (domains.of(address) || address.startsWith('tel:')) {
    const inList = { subscriber: wanted.list, toldTo: 'list' } as const
    return new LocalVirtualSubscription(parts, { ...wanted, ...inList, address })
  }
  // A fetch is answered at once, before anybody elsewhere could be asked.
  if (wanted.isFetch) return UNKNOWN
  return openRemote(backEnds, { ...wanted, watcher: wanted.list.watcher })
}
