/** Hears what was stored elsewhere: documents and accounts that change what watchers see. DESIGN §1. */
import type { Change } from '../core/model/change-feed.ts'
import type { Domains } from '../core/model/domain.ts'
import { whenReady } from '../core/model/maybe-promise.ts'
import type { AccountStore } from '../core/model/stores.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { Endings } from './endings.ts'
import type { EventPackages } from './event-packages.ts'
import type { ReAuthorization } from './rules/re-authorization.ts'
import type { ResourceListServer } from './lists/resource-list-server.ts'
import type { Turns } from './turns.ts'

interface ChangeListenerOptions {
  readonly turns: Turns
  readonly endings: Endings
  readonly accounts: Pick<AccountStore, 'find'>
  readonly domains: Domains
  readonly packages: EventPackages
  readonly recompose: (eventPackage: string, presentity: Aor) => void
  readonly reAuthorization: Pick<ReAuthorization, 'changed'>
  readonly lists: Pick<ResourceListServer, 'changed'>
}

export function createChangeListener(options: ChangeListenerOptions): (change: Change) => void {
  const { turns, endings, accounts, domains, packages, recompose } = options

  function endIfOut(aor: Aor): void {
    const job = whenReady(accounts.find(aor), (account) => {
      const names = packages.all.map(({ name }) => name)
      if (account?.erasing) return endings.accountRemoved(aor, names)
      if (account?.suspended) return endings.accountSuspended(aor, names)
      const domain = domains.of(aor)
      if (account || domain?.externalAccounts || domain?.isNeighbour) return undefined
      return endings.accountRemoved(aor, names)
    })
    turns.add(job)
  }

  return (change) => {
    options.reAuthorization.changed(change)
    options.lists.changed(change)
    if (change.kind === 'account') endIfOut(change.aor)
    for (const one of packages.published) {
      const presentity = one.changedBy(change)
      if (presentity !== undefined) recompose(one.name, presentity)
    }
  }
}
