/** User services: what contacts ask of a user's account is answered here, and its events are sent. XEP-0030, XEP-0054, XEP-0163. */
import type { Clock } from '../core/model/clock.ts'
import type { Log } from '../core/model/log.ts'
import type { PresenceSource } from '../core/model/presence-source.ts'
import type { NeighbourStore } from '../core/model/stores.ts'
import {
  createContactCapabilities,
  type ContactCapabilities,
} from './disco/contact-capabilities.ts'
import { createDiscoHandlers } from './disco/disco-handlers.ts'
import { createPingHandler } from './disco/ping-handler.ts'
import type { Pairs } from './pair.ts'
import { followAvatars } from './pep/avatar-events.ts'
import { createPepHandlers } from './pep/pep-handlers.ts'
import { createAddressees } from './routing/addressee.ts'
import type { IqHandler, Streams } from './streams.ts'
import type { UserAvatars } from './user-avatars.ts'
import { createVcardHandlers } from './vcard/vcard-handlers.ts'

export interface UserServicesOptions {
  readonly pairs: Pairs
  readonly avatars: UserAvatars
  readonly streams: Streams
  readonly source: Pick<PresenceSource, 'exists'>
  readonly neighbours: NeighbourStore
  readonly clock: Clock
  readonly log: Log
}

export interface UserServices {
  readonly iqs: readonly IqHandler[]
  readonly capabilities: ContactCapabilities
  close(): void
}

/** Reads what is remembered of contacts' software first. */
export async function openUserServices(options: UserServicesOptions): Promise<UserServices> {
  const capabilities = await createContactCapabilities({ ...options, store: options.neighbours })
  const parts = { ...options, capabilities, addresseeOf: createAddressees(options) }
  return {
    iqs: [
      ...createDiscoHandlers(parts),
      createPingHandler(parts),
      ...createVcardHandlers(parts),
      ...createPepHandlers(parts),
    ],
    capabilities,
    close: followAvatars(parts),
  }
}
