/** One back-end subscription as it stands: what is wanted, and the dialog or the attempt at one. RFC 6665 §4.1.2. */
import type { Dialog } from '../../core/sip/dialog.ts'
import type { Flow } from '../../core/sip/sip-endpoint.ts'
import { newDialog } from '../../core/sip/subscriber-dialog.ts'
import type { BackEndListener, BackEndState, WantedState } from './back-end-state.ts'
import type { Expiring } from '../expiry-queue.ts'

/** What it waits for. */
type BackEndPhase =
  /** For the first NOTIFY: notify_wait of RFC 6665 §4.1.2, Figure 1. */
  | 'asking'
  /** For the time to refresh: pending or active. */
  | 'standing'
  /** For the NOTIFY that follows a refresh. */
  | 'refreshing'
  /** For the time to try again: terminated. */
  | 'resting'
  /** For the last NOTIFY. */
  | 'leaving'

export interface BackEnd extends Expiring {
  readonly wanted: WantedState
  /** Undefined: it was closed. */
  hears: BackEndListener | undefined
  phase: BackEndPhase
  attempt: Attempt
  /** Attempts in a row that came to nothing. */
  failures: number
  /** Its end was told, and nothing since. */
  down: boolean
}

/** Those there are, and how they are told. */
export interface BackEndTable {
  /** Until they are over. */
  readonly live: Set<BackEnd>
  /** By the local tag of the attempt, which the NOTIFYs bear; not those that rest. */
  readonly byTag: Map<string, BackEnd>
  readonly tell: (backEnd: BackEnd, state: BackEndState) => void
}

export interface Attempt {
  /** Milliseconds since the epoch, both. */
  readonly begunAt: number
  expiresAt: number
  dialog: Dialog
  /** Of the last SUBSCRIBE. */
  cseq: number
  /** It had a 2xx. */
  accepted: boolean
  /** Seconds: Expires of the next SUBSCRIBE. */
  duration: number
  /** The line that answers a challenge, until the SUBSCRIBE is accepted. */
  authorization: string | undefined
  /** How the last NOTIFY came. */
  flow: Flow | undefined
}

/** Seconds: what RFC 3856 §6.4 and RFC 3680 §4.4 have as the usual duration. */
const DURATION = 3_600

/** Who is not known speaks in nobody's name. RFC 3323 §4.1.1.3. */
const ANONYMOUS = 'sip:anonymous@anonymous.invalid'

export function newAttempt(
  { uri, watcher }: WantedState,
  { route, now, localTag }: { route: string | undefined; now: number; localTag: string },
): Attempt {
  return {
    begunAt: now,
    expiresAt: now + DURATION * 1000,
    dialog: newDialog({ from: watcher ?? ANONYMOUS, to: uri, route, localTag }),
    cseq: 0,
    accepted: false,
    duration: DURATION,
    authorization: undefined,
    flow: undefined,
  }
}

export function newBackEnd(wanted: WantedState, hears: BackEndListener, attempt: Attempt): BackEnd {
  return { wanted, hears, phase: 'asking', attempt, failures: 0, down: false, dueAt: 0, place: -1 }
}
