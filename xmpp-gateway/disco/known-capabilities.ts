/** Known capabilities: what software has said of itself, for all who name a hash that it proves, else for itself alone. XEP-0115 §5.4. */
import type { Log } from '../../core/model/log.ts'
import { createLruCache } from '../../core/model/lru-cache.ts'
import type { NeighbourStore } from '../../core/model/stores.ts'
import type { ContactResource } from '../pair.ts'
import type { DiscoInfo } from './disco-info.ts'
import { verificationString } from './verification-string.ts'

export type Features = ReadonlySet<string>

/** Somebody's software, as it says in its presence. */
export interface Device {
  /** Full JID. */
  readonly jid: string
  readonly capabilities: NonNullable<ContactResource['capabilities']>
}

export interface KnownCapabilities {
  find(device: Device): Features | undefined
  /** Undefined: the device does not say what it can do. */
  keep(device: Device, info: DiscoInfo | undefined): Features
}

export interface KnownCapabilitiesOptions {
  readonly store: Pick<NeighbourStore, 'capabilities' | 'rememberCapabilities'>
  readonly log: Log
}

/** About 4 KB each. */
const MOST_SHARED = 512
const MOST_OWN = 2048

export const NO_FEATURES: Features = new Set()

export async function readKnownCapabilities({
  store,
  log,
}: KnownCapabilitiesOptions): Promise<KnownCapabilities> {
  const shared = createLruCache<string, Features>({ capacity: MOST_SHARED })
  const own = createLruCache<string, Features>({ capacity: MOST_OWN })
  for await (const { hash, features } of store.capabilities()) shared.set(hash, new Set(features))

  async function remember(ver: string, features: readonly string[]): Promise<void> {
    try {
      await store.rememberCapabilities(ver, features)
    } catch (error) {
      log.warn({ err: error }, 'what a contact’s software can do could not be remembered')
    }
  }

  return {
    find: (device) => {
      const { hash, ver } = device.capabilities
      return (hash === 'sha-1' ? shared.get(ver) : undefined) ?? own.get(deviceKey(device))
    },
    keep(device, info) {
      const { hash, ver } = device.capabilities
      const features = info ? new Set(info.features) : NO_FEATURES
      if (info && hash === 'sha-1' && verificationString(info) === ver) {
        shared.set(ver, features)
        void remember(ver, info.features)
      } else {
        own.set(deviceKey(device), features)
      }
      return features
    },
  }
}

/** Another version on the same device is another. */
export function deviceKey({ jid, capabilities: { node, hash, ver } }: Device): string {
  return JSON.stringify([jid, node, hash, ver])
}
