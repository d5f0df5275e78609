/** Watchers out of the body of a NOTIFY of watcher information, for those who have their own SIP stack. RFC 3858. */
import { parseWatcherInfo, type Watcher } from '../core/documents/watcherinfo.ts'
import { textOfContent, type NotifyContent } from './notify-content.ts'
import { readDocument } from './xml-reader.ts'

export interface ReadWatchers {
  /** One more than in the document before; after a gap everything should be asked for again. RFC 3858 §4. */
  readonly version: number
  /** False: only those that changed. */
  readonly fullState: boolean
  readonly watchers: readonly Watcher[]
}

/** Undefined where the body is no watcher information. Never throws. */
export function readWatchers(body: NotifyContent): ReadWatchers | undefined {
  const reading = readDocument(textOfContent(body), parseWatcherInfo)
  if (reading.error !== undefined) return undefined
  const { version, state, lists } = reading.value
  const watchers = lists
    .filter(({ eventPackage }) => eventPackage === 'presence')
    .flatMap((list) => list.watchers)
  return { version, fullState: state === 'full', watchers }
}
