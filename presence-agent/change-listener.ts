/** Hears what was stored elsewhere: a new icon and a changed account change what watchers see. DESIGN §1. */
import type { Change } from '../core/model/change-feed.ts'
import { PRES_CONTENT } from '../core/model/document-id.ts'
import type { Domains } from '../core/model/domain.ts'
import { whenReady } from '../core/model/maybe-promise.ts'
import type { AccountStore } from '../core/model/stores.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { Endings } from './endings.ts'
import type { Resource } from './resource.ts'
import type { Resources } from './resources.ts'
import type { Turns } from './turns.ts'

interface ChangeListenerOptions {
  readonly turns: Turns
  readonly resources: Resources
  readonly endings: Endings
  readonly accounts: Pick<AccountStore, 'find'>
  readonly domains: Domains
  /** The package in which icons and names are told. */
  readonly eventPackage: string
  readonly changed: (resource: Resource) => void
}

export function createChangeListener(options: ChangeListenerOptions): (change: Change) => void {
  const { turns, resources, endings, accounts, domains, eventPackage, changed } = options

  function recompose(presentity: Aor): void {
    const resource = resources.find(eventPackage, presentity)
    // Without watchers nothing is computed.
    if (!resource || resource.subscriptions.size === 0) return
    turns.add((turn) => {
      turn.afterwards(() => {
        changed(resource)
      })
    })
  }

  function accountChanged(aor: Aor): void {
    const job = whenReady(accounts.find(aor), (account) => {
      if (!account && !domains.of(aor)?.externalAccounts) {
        return endings.accountRemoved(aor, [eventPackage])
      }
      recompose(aor)
      return undefined
    })
    turns.add(job)
  }

  return (change) => {
    if (change.kind === 'account') accountChanged(change.aor)
    else if (change.id.auid === PRES_CONTENT && change.id.tree !== 'global') {
      recompose(change.id.tree)
    }
  }
}
