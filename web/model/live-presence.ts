/** Presence over SIP on a WebSocket: loaded after the first drawing, which does without it. RFC 7118. */
import {
  createPresenceClient,
  type PresenceClient,
  type StateChange,
  type TagKeeper,
} from '../../client/index.ts'
import { webSocketTransportTo } from '../../client/browser/web-socket-transport.ts'
import type { Session } from '../session/session.ts'

export type LivePresence = Pick<
  PresenceClient,
  'publish' | 'watch' | 'watchWatchers' | 'watchDocuments' | 'on' | 'reconnect' | 'close'
>

/** Seconds after which nobody is shown online whose browser is gone without a word. */
const PUBLICATION_LIFETIME = 600

export function openLivePresence(
  { address, sip, webSocket }: Session,
  { onState, tagKeeper }: { onState: (change: StateChange) => void; tagKeeper: TagKeeper },
): LivePresence {
  return createPresenceClient({
    account: address,
    ...sip,
    transport: webSocketTransportTo(webSocket),
    onState,
    userAgent: 'Visage page',
    publicationLifetime: PUBLICATION_LIFETIME,
    tagKeeper,
  })
}
