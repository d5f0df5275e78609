/** Lists of an event package, as a package beside it: the same events, of many resources in one subscription. RFC 4662 §4. */
import { unfiltered } from '../../core/model/permissions.ts'
import type { NumberedPackage, PublishedPackage } from '../event-package.ts'
import { openMember, type ListMembersParts } from './list-members.ts'
import type { ListSource } from './list-source.ts'
import { ListView } from './list-view.ts'
import { EVENT_LIST } from '../option-tags.ts'
import { RECIPIENT_LIST_TYPES } from './recipient-list.ts'
import type { Subscription } from '../resource.ts'

interface ListPackageParts extends ListMembersParts {
  /** Whose lists they are. */
  readonly parent: PublishedPackage
  readonly source: ListSource
}

/** Nobody finds it by its name in an Event header field: that names the parent. */
export function createListPackage(parts: ListPackageParts): NumberedPackage {
  const { parent, source, turns, endings, subscriptions } = parts
  return {
    name: `${parent.name}.${EVENT_LIST}`,
    extension: EVENT_LIST,
    // RFC 4662 §4.2
    defaultDuration: parent.defaultDuration,
    contentType: 'multipart/related',
    subscribeContentTypes: RECIPIENT_LIST_TYPES,
    // Whose list it is was asked before; who may watch whom is asked for each of its members.
    authorize: () => unfiltered('allow'),
    view: (subscription: Subscription) =>
      new ListView({
        ...parts,
        subscription,
        load: () => source.of(wantedList(subscription, parent.name)),
        openMember: (uri, how) =>
          openMember(parts, { uri, eventPackage: parent, list: subscription, ...how }),
        hold: (resources) =>
          subscriptions.has(subscription)
            ? subscriptions.room.hold(subscription, resources)
            : resources,
        end: (reason) => {
          turns.add(endings().over(subscription, reason))
        },
      }),
  }
}

/** A list belongs to its subscriber, and so does the resource that stands for it. */
function wantedList({ presentity, content, dialog }: Subscription, eventPackage: string) {
  return { uri: dialog.localUri, content, reader: presentity, eventPackage }
}
