/** Watcher profile: what a kind of watcher needs in a presence document beyond what all get. */

/**
 * `blink` reads the icon in the tuple, as pres-content with the image's SHA-1 behind it. `linphone-list` is liblinphone
 * as the subscriber of a list: it looks for the event package `Presence` and for Content-IDs without brackets.
 */
export type WatcherProfile = 'default' | 'blink' | 'linphone-list'

/** From the User-Agent of the SUBSCRIBE: `Blink 5.9.1 (Linux)`. */
export function watcherProfileOf(userAgent: string | undefined): WatcherProfile {
  return userAgent !== undefined && /\bblink\b/i.test(userAgent) ? 'blink' : 'default'
}

/** From the User-Agent of a SUBSCRIBE to a list: `LinphoneDesktop/5.1.2 (belle-sip/5.2.98)`. */
export function listProfileOf(userAgent: string | undefined): WatcherProfile {
  return userAgent !== undefined && /linphone/i.test(userAgent)
    ? 'linphone-list'
    : watcherProfileOf(userAgent)
}

/** The Event header field of a NOTIFY: that of the SUBSCRIBE, byte for byte (RFC 6665 §8.2.1). */
export function notifiedEvent(event: string, profile: WatcherProfile): string {
  // DEVIATION: liblinphone 5 compares with a capital letter, and drops the NOTIFYs of a list that have none.
  return profile === 'linphone-list' ? event.replace(/^presence/i, 'Presence') : event
}
