/** Removed users: who loses the account loses the contacts, who are told so. RFC 7247 §7.2. */
import type { ChangeFeed } from '../../core/model/change-feed.ts'
import type { Log } from '../../core/model/log.ts'
import type { PresenceSource } from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { PairTable } from './pair-table.ts'
import type { UserDecisions } from './user-decisions.ts'

export interface RemovedUsers {
  /** Ends the pairs of this user when there is nobody of that address any more. */
  readonly check: (user: Aor) => void
  readonly stop: () => void
}

export function createRemovedUsers({
  table,
  source,
  changes,
  decisions,
  log,
}: {
  table: Pick<PairTable, 'ofUser'>
  source: Pick<PresenceSource, 'exists'>
  changes: ChangeFeed
  decisions: Pick<UserDecisions, 'gone'>
  log: Log
}): RemovedUsers {
  async function endIfNowhere(user: Aor): Promise<void> {
    if ((await source.exists(user)) !== 'nowhere') return
    for (const pair of table.ofUser(user)) decisions.gone(pair)
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
