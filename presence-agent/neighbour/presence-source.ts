/** Presence source: what gateways to other networks ask of presence here, and tell it. RFC 8048. */
import type { Domains } from '../../core/model/domain.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import type { PresenceSource } from '../../core/model/presence-source.ts'
import { resolvePresentity } from '../../core/model/presentity.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { OutboundOptions } from '../back-end/outbound-proxy.ts'
import { LocalWatch, type LocalWatchParts } from './local-watch.ts'
import {
  createNeighbourPublications,
  type NeighbourPublicationsParts,
} from './neighbour-publications.ts'
import { RemoteWatch, type RemoteWatchParts } from './remote-watch.ts'
import { createWatchQueue } from './watch-queue.ts'

type SourceParts = Omit<LocalWatchParts & RemoteWatchParts, 'queue'> &
  NeighbourPublicationsParts & {
    /** Without those of the other networks. */
    readonly ownDomains: Domains
    readonly outbound?: OutboundOptions
    /** Who may watch these may be decided otherwise now. */
    readonly outdated: (presentities: readonly Aor[]) => void
  }

export interface StoppableSource extends PresenceSource {
  /** Nobody hears anything from then on. */
  stop(): void
}

export function createPresenceSource(given: SourceParts): StoppableSource {
  const { domains, ownDomains, outbound, outdated } = given
  const queue = createWatchQueue(given)
  const parts = { ...given, queue }
  // Whoever lives in the other network is told there, not by way of here.
  const here = { ...parts, domains: ownDomains }

  /** A telephone number may be somebody's here: the accounts know. */
  function isElsewhere(address: Aor): boolean {
    return outbound !== undefined && !domains.of(address) && !address.startsWith('tel:')
  }

  return {
    ...createNeighbourPublications(given),
    reconsider: (presentity) => {
      outdated([presentity])
    },
    exists(address) {
      if (isElsewhere(address)) return 'elsewhere'
      return whenReady(resolvePresentity(address, here, true), (found) =>
        found ? 'here' : 'nowhere',
      )
    },
    watch(asked, hears) {
      const wanted = { ...asked, presentity: domains.canonical(asked.presentity) }
      return isElsewhere(wanted.presentity)
        ? new RemoteWatch(parts, wanted, hears)
        : new LocalWatch(here, wanted, hears)
    },
    stop() {
      queue.stop()
    },
  }
}
