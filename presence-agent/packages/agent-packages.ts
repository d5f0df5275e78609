/** The event packages of this agent, put together. RFC 6665 §5, RFC 3903 §10. */
import type { Recompositions } from '../recompositions.ts'
import type { XcapUsages } from '../../core/model/xcap-usage.ts'
import { createDialogPackage } from './dialog-package.ts'
import { MESSAGE_SUMMARY_PACKAGE } from './message-summary-package.ts'
import type { EventPackage, PublishedPackage } from '../event-package.ts'
import { withoutNeighbours } from '../neighbour/neighbour-authorization.ts'
import { createPresencePackage, type PresencePackageOptions } from './presence-package.ts'
import type { Tables } from '../tables.ts'
import { createWatcherInfoPackages } from '../watcher-info/watcher-info-package.ts'
import { createXcapDiffPackage, type XcapDiffOptions } from '../xcap-diff/xcap-diff-package.ts'

/** What event packages may need of the agent's state. */
export interface PackageParts extends Tables {
  readonly recompositions: Recompositions
}

export interface AgentPackages {
  readonly presence: PublishedPackage
  readonly all: readonly EventPackage[]
}

interface AgentPackagesOptions {
  readonly presence: { readonly dialogIdentities?: boolean }
  /** What may be subscribed to of documents stored over XCAP; absent: nothing. */
  readonly xcapUsages?: XcapUsages
}

type Given = Omit<PresencePackageOptions, 'isOnThePhone' | 'recompositions'> &
  Omit<XcapDiffOptions, 'usages'> &
  AgentPackagesOptions

export function createAgentPackages(options: Given, parts: PackageParts): AgentPackages {
  const { xcapUsages: usages } = options
  const shared = { ...options, ...parts }
  const dialogs = createDialogPackage(shared)
  const presence = createPresencePackage({
    ...shared,
    isOnThePhone: dialogs.isOnThePhone,
  })
  const others: readonly EventPackage[] = [
    ...createWatcherInfoPackages({ ...shared, parent: presence }),
    dialogs.eventPackage,
    MESSAGE_SUMMARY_PACKAGE,
    ...(usages ? [createXcapDiffPackage({ ...shared, usages })] : []),
  ]
  return { presence, all: [presence, ...others.map(withoutNeighbours)] }
}
