/** What a presence client tells to whoever listens. */
import type { IconNotification } from './announced-icons.ts'
import type { PresenceNotification } from './presence.ts'
import type { StateChange } from './state-report.ts'
import type { DocumentNotification } from './watch-documents.ts'
import type { WatcherNotification } from './watch-watchers.ts'

export interface PresenceEvents {
  /** What a NOTIFY tells of somebody who is watched. */
  readonly presence: PresenceNotification
  /** Somebody who is watched has another picture, or none any more. Pictures are fetched only while somebody listens. */
  readonly icon: IconNotification
  /** Who watches oneself, as it changes: while `watchWatchers` is open. */
  readonly watcher: WatcherNotification
  /** Which XCAP documents there are, and which changes: while `watchDocuments` is open. */
  readonly document: DocumentNotification
  /** What works, and what does not. */
  readonly state: StateChange
}
