/** Hears what was stored elsewhere: documents and accounts that change what watchers see. DESIGN §1. */
import type { Change } from '../core/model/change-feed.ts'
import type { Domains } from '../core/model/domain.ts'
import { whenReady } from '../core/model/maybe-promise.ts'
import type { AccountStore } from '../core/model/stores.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { Endings } from './endings.ts'
import type { EventPackage } from './event-package.ts'
import type { EventPackages } from './event-packages.ts'
import type { Resource } from './resource.ts'
import type { ReAuthorization } from './re-authorization.ts'
import type { ResourceListServer } from './resource-list-server.ts'
import type { Resources } from './resources.ts'
import type { Turns } from './turns.ts'

interface ChangeListenerOptions {
  readonly turns: Turns
  readonly resources: Resources
  readonly endings: Endings
  readonly accounts: Pick<AccountStore, 'find'>
  readonly domains: Domains
  readonly packages: EventPackages
  readonly changed: (resource: Resource) => void
  readonly reAuthorization: Pick<ReAuthorization, 'changed'>
  readonly lists: Pick<ResourceListServer, 'changed'>
}

export function createChangeListener(options: ChangeListenerOptions): (change: Change) => void {
  const { turns, resources, endings, accounts, domains, packages, changed } = options

  function recompose(eventPackage: EventPackage, presentity: Aor): void {
    const resource = resources.find(eventPackage.name, presentity)
    // Without watchers nothing is computed.
    if (!resource || resource.subscriptions.size === 0) return
    turns.add((turn) => {
      turn.afterwards(() => {
        changed(resource)
      })
    })
  }

  function endIfRemoved(aor: Aor): void {
    const job = whenReady(accounts.find(aor), (account) => {
      if (account || domains.of(aor)?.externalAccounts) return undefined
      const names = packages.all.map(({ name }) => name)
      return endings.accountRemoved(aor, names)
    })
    turns.add(job)
  }

  return (change) => {
    options.reAuthorization.changed(change)
    options.lists.changed(change)
    if (change.kind === 'account') endIfRemoved(change.aor)
    for (const one of packages.published) {
      const presentity = one.changedBy(change)
      if (presentity !== undefined) recompose(one, presentity)
    }
  }
}
