/** Removed users: who loses the account loses the contacts, who are told so. RFC 7247 §8. */
import type { ChangeFeed } from '../../core/model/change-feed.ts'
import type { Log } from '../../core/model/log.ts'
import type { PresenceSource } from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { LivePair } from './live-pair.ts'
import type { PairTable } from './pair-table.ts'

export interface RemovedUsers {
  /** Ends the pairs of this user when there is nobody of that address any more. */
  check(user: Aor): void
  stop(): void
}

export function createRemovedUsers({
  table,
  source,
  changes,
  gone,
  log,
}: {
  table: PairTable
  source: Pick<PresenceSource, 'exists'>
  changes: ChangeFeed
  gone: (pair: LivePair) => void
  log: Log
}): RemovedUsers {
  async function endIfNowhere(user: Aor): Promise<void> {
    if ((await source.exists(user)) !== 'nowhere') return
    for (const pair of table.ofUser(user)) gone(pair)
  }

  function check(user: Aor): void {
    if (table.ofUser(user).length === 0) return
    endIfNowhere(user).catch((error: unknown) => {
      log.error({ err: error, user }, 'whether a user of XMPP contacts exists is not known')
    })
  }

  const stop = changes.subscribe((change) => {
    if (change.kind === 'account') check(change.aor)
  })
  return { check, stop }
}
