/** Watcher profile: what a kind of watcher needs in a presence document beyond what all get. */

/** `blink` reads the icon in the tuple, as pres-content with the image's SHA-1 behind it. */
export type WatcherProfile = 'default' | 'blink'

/** From the User-Agent of the SUBSCRIBE: `Blink 5.9.1 (Linux)`. */
export function watcherProfileOf(userAgent: string | undefined): WatcherProfile {
  return userAgent !== undefined && /\bblink\b/i.test(userAgent) ? 'blink' : 'default'
}
