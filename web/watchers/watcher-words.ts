/** How somebody stands who watches me, in words. RFC 3857 §4.7.1, RFC 5025 §3.2.1. */
import type { SeenWatcher } from '../model/page-model.ts'
import { standingWords } from './handling-words.ts'

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

/** Nothing of mine speaks of them: the server's own policy let them in or asks me. */
const UNDECIDED: Readonly<Record<SeenWatcher['status'], string>> = {
  active: 'Let in by your server',
  pending: 'Waits for your answer',
  none: 'Waits for your answer',
}

export function watcherWords({ status, handling }: SeenWatcher): WatcherWords {
  const isDecided = handling !== undefined && handling !== 'confirm'
  return {
    watching: WATCHING[status],
    standing: isDecided ? standingWords(handling) : UNDECIDED[status],
  }
}
