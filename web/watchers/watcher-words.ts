/** How somebody stands who watches me, in words. RFC 3857 §4.7.1, RFC 5025 §3.2.1. */
import type { SeenWatcher } from '../model/page-model.ts'
import { HANDLINGS } from './handling-words.ts'

export interface WatcherWords {
  readonly watching: string
  /** What they may see. */
  readonly standing: string
}

const WATCHING: Readonly<Record<SeenWatcher['status'], string>> = {
  active: 'Watching now',
  pending: 'Asked to watch',
  none: 'Not watching now',
}

export function watcherWords({ status, handling }: SeenWatcher): WatcherWords {
  const decided = HANDLINGS.find((one) => one.handling === handling)
  return { watching: WATCHING[status], standing: decided?.standing ?? undecided(status) }
}

/** Nothing of mine speaks of them: the server's own policy let them in or asks me. */
function undecided(status: SeenWatcher['status']): string {
  return status === 'active' ? 'Let in by your server' : 'Waits for your answer'
}
