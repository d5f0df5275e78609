/** The client library: icons and documents over XCAP, presence over SIP. Safe in a browser; client/node adds what Node has. */
export type { Contact } from './contact-book.ts'
export { gatherReports, NOTHING_REPORTED } from './contact-reports.ts'
export { createContacts } from './contacts.ts'
export type { ContactChange, ContactList, Contacts } from './contacts.ts'
export { RuleInTheWay } from './rule-withdrawals.ts'
export { getXcapCaps } from './xcap-caps.ts'
export { DirectoryUnreadable, getXcapDirectory, pathInHome } from './xcap-directory.ts'
export type { XcapDirectory } from './xcap-directory.ts'
export { HttpUnreachable } from './http-unreachable.ts'
export { createIconClient, IconError } from './icon-client.ts'
export type { GotIcon, IconClient, ListedIcon, PutIcon } from './icon-client.ts'
export { ICON_SIDE, newIconName } from './icon-image.ts'
export type { IconImage, PrepareImage } from './icon-image.ts'
export type { RelationState } from './fetch-relation-state.ts'
export { createPresenceClient } from './presence-client.ts'
export type { PresenceClient, PresenceClientOptions } from './presence-client.ts'
export type { PublishedPresence } from './presence-document.ts'
export { PresenceError } from './presence-error.ts'
export type { PresenceWatch } from './watch-presence.ts'
export type { Presence, PresenceNotification, SubscriptionStatus } from './presence.ts'
export type { SipTransport, SipTransportFactory } from './sip-transport.ts'
export type { StateChange } from './state-report.ts'
export type { Watcher, WatcherEvent, WatcherStatus } from '../core/documents/watcherinfo.ts'
export { parseAor } from '../core/uri/aor.ts'
export type { Aor } from '../core/uri/aor.ts'
export { createXcapClient } from './xcap-client.ts'
export type {
  XcapAnswer,
  XcapClient,
  XcapClientOptions,
  XcapConditions,
  XcapContent,
} from './xcap-client.ts'
export { XcapError } from './xcap-error.ts'
