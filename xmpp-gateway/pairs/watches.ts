/** Watches: in each contact's name the presence of the user, for as long as it is worth it. RFC 8048 §5.2.2, §8.1. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { PresenceSource, WatchStanding } from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { LivePair } from './live-pair.ts'

export interface Watches {
  /** Opens or closes it, as the pair now wants it. */
  readonly review: (pair: LivePair) => void
  /** The contact is there: he has asked, or was seen. */
  readonly prolong: (pair: LivePair) => void
  /** The contact has gone. */
  readonly lapse: (pair: LivePair) => void
  readonly close: (pair: LivePair) => void
  /** None is opened any more. */
  readonly stop: () => void
}

interface WatchesOptions {
  readonly source: Pick<PresenceSource, 'watch'>
  /** Whether the user's presence is at hand, and not in another SIP domain. */
  readonly isOurs: (user: Aor) => boolean
  readonly clock: Clock
  readonly log: Log
  readonly heard: (pair: LivePair, standing: WatchStanding) => void
  /** The contact has gone; what he was told is out of date by the time he comes back. */
  readonly ended: (pair: LivePair) => void
}

/** As long as a SUBSCRIBE asks for. RFC 3856 §6.4 */
const WATCHED_FOR = 3_600_000

export function createWatches(options: WatchesOptions): Watches {
  const { clock, ended } = options
  let isStopped = false

  function review(pair: LivePair): void {
    if (isWanted(pair, options)) {
      if (!pair.watch && !isStopped) open(pair, options)
    } else if (pair.watch) {
      close(pair)
      if (pair.record.from === 'granted') ended(pair)
    }
  }

  return {
    review,
    close,
    prolong(pair) {
      pair.watchedUntil = clock.now() + WATCHED_FOR
      review(pair)
    },
    lapse(pair) {
      pair.watchedUntil = 0
      review(pair)
    },
    stop() {
      isStopped = true
    },
  }
}

/** A dialog in another domain is refreshed only for a contact who is there, or still waits for his answer. */
function isWanted(
  { record, resources, watchedUntil }: LivePair,
  { isOurs, clock }: WatchesOptions,
): boolean {
  if (record.from === 'asked') return true
  if (record.from !== 'granted') return false
  return isOurs(record.user) || resources.size > 0 || clock.now() < watchedUntil
}

function open(pair: LivePair, { source, heard, log }: WatchesOptions): void {
  const { user, contact, fromSince } = pair.record
  const wanted = { presentity: user, watcher: contact, since: fromSince }
  try {
    pair.watch = source.watch(wanted, (standing) => {
      if (pair.watch) heard(pair, standing)
    })
  } catch (error) {
    log.error({ err: error, user, contact }, 'an XMPP contact could not watch a SIP user')
  }
}

function close(pair: LivePair): void {
  pair.watch?.close()
  pair.watch = undefined
  pair.standing = undefined
  pair.watchedUntil = 0
}
