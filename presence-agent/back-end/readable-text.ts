/** What a notifier elsewhere says, as far as a watcher could read it: what no watcher could read is passed on to none. */
import type { PublishedPackage } from '../event-package.ts'

/** Octets that one resource elsewhere may make us keep: with the rest of the NOTIFY they fit a datagram. */
const LONGEST = 60_000

/** Undefined: it is too long, or no document of this package. */
export function readableText(
  octets: Buffer,
  eventPackage: Pick<PublishedPackage, 'readPublication'>,
): string | undefined {
  if (octets.length > LONGEST) return undefined
  const text = octets.toString()
  return 'problem' in eventPackage.readPublication(text) ? undefined : text
}
