/** Watches a presentity, or everybody on a list that has an address: NOTIFYs read as presence. RFC 3856 §6, RFC 4662 §4. */
import type { Aor } from '../core/uri/aor.ts'
import { PIDF_MEDIA_TYPE } from '../core/documents/pidf.ts'
import { RLMI_MEDIA_TYPE } from '../core/documents/rlmi.ts'
import type { FetchParts } from './fetch-state.ts'
import { mediaTypeOf, MULTIPART_RELATED } from './multipart-related.ts'
import { createListReader } from './list-notifications.ts'
import { presenceFromPidf } from './presence-document.ts'
import { NOTHING_KNOWN, type Presence, type PresenceNotification } from './presence.ts'
import type { StateReporter } from './state-report.ts'
import type { NotifyBody, SubscribedEvent } from './subscribe-dialog.ts'
import type { Watch, WatchSink } from './watch.ts'
import { watchSubscription, type WatchedSubscription } from './watched-subscription.ts'

export const PRESENCE_EVENT: SubscribedEvent = {
  package: 'presence',
  accept: PIDF_MEDIA_TYPE,
}

/** A list is told as one only to who says that it understands. RFC 4662 §4.1. */
export const PRESENCE_OR_LIST: SubscribedEvent = {
  package: 'presence',
  accept: `${PIDF_MEDIA_TYPE}, ${MULTIPART_RELATED}, ${RLMI_MEDIA_TYPE}`,
  supported: 'eventlist',
}

export type PresenceWatch = Watch<PresenceNotification>

export interface WatchedPresentity extends FetchParts {
  readonly presentity: Aor
  readonly report: StateReporter
}

export function watchPresence(
  parts: WatchedPresentity,
  sink: WatchSink<PresenceNotification>,
): WatchedSubscription {
  const { presentity, clock } = parts
  const list = createListReader()
  let known: Presence = NOTHING_KNOWN
  let isList = false

  return watchSubscription<PresenceNotification>(
    {
      ...parts,
      event: PRESENCE_OR_LIST,
      what: `${presentity} cannot be watched`,
      read({ status, reason }, body) {
        const time = new Date(clock.now()).toISOString()
        if (body && mediaTypeOf(body.type) === MULTIPART_RELATED) {
          isList = true
          const { members, incomplete } = list.read(body)
          const notifications = members.map((member) => ({ time, list: presentity, ...member }))
          if (status !== 'terminated') return { notifications, incomplete }
        }
        known = presenceIn(body) ?? known
        const why = reason === undefined ? {} : { reason }
        // How a list itself stands is of interest only when it is over.
        if (isList && status === 'active') return { notifications: [] }
        return { notifications: [{ time, presentity, subscription: status, ...why, ...known }] }
      },
    },
    sink,
  )
}

/** Undefined: no body, or none that can be read, so that the document stands as before. RFC 3856 §6.8. */
function presenceIn(body: NotifyBody | undefined): Presence | undefined {
  const isPidf = body && mediaTypeOf(body.type) === PIDF_MEDIA_TYPE
  return isPidf ? presenceFromPidf(body.text) : undefined
}
