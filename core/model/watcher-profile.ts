/** Watcher profile: what a watcher's software needs that the standard does not ask for. */

export type WatcherProfile = 'default' | 'blink'

/** By the User-Agent header field of the SUBSCRIBE. */
export function watcherProfileOf(userAgent: string | undefined): WatcherProfile {
  // Blink reads the icon in the tuple, as the address of a pres-content document.
  return userAgent !== undefined && /\bblink\b/i.test(userAgent) ? 'blink' : 'default'
}
