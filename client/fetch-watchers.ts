/** Fetches who watches one's own presence. RFC 3857 §4, RFC 3858. */
import {
  parseWatcherInfo,
  WATCHERINFO_MEDIA_TYPE,
  type Watcher,
} from '../core/documents/watcherinfo.ts'
import type { Aor } from '../core/uri/aor.ts'
import { fetchState, type FetchParts } from './fetch-state.ts'
import { PresenceError } from './presence-error.ts'
import { readDocument } from './xml-reader.ts'

const WHAT = 'the watchers cannot be fetched'

/** Those that wait to be let in come first. */
export async function fetchWatchers(
  parts: FetchParts & { readonly account: Aor },
): Promise<readonly Watcher[]> {
  const { body } = await fetchState({
    ...parts,
    presentity: parts.account,
    event: { package: 'presence.winfo', accept: WATCHERINFO_MEDIA_TYPE },
    expires: 0,
    what: WHAT,
  })
  if (!body) throw new PresenceError(`${WHAT}: the server tells nothing`, undefined, 'final')
  const reading = readDocument(body.text, parseWatcherInfo)
  if (reading.error !== undefined) {
    throw new PresenceError(`${WHAT}: ${reading.detail}`, undefined, 'final')
  }
  const watchers = reading.value.lists
    .filter(({ eventPackage }) => eventPackage === 'presence')
    .flatMap((list) => list.watchers)
    .filter(({ status }) => status !== 'terminated')
  return watchers.toSorted((one, other) => rank(one) - rank(other))
}

function rank({ status }: Watcher): number {
  return status === 'active' ? 1 : 0
}
