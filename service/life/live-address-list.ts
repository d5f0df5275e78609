/** A list of networks as the configuration has it now. */
import { createAddressList, type Network } from '../address-list.ts'
import type { Configuration } from '../configuration.ts'
import type { Settings } from './settings.ts'

export function liveAddressList(
  settings: Pick<Settings, 'following'>,
  networks: (configuration: Configuration) => readonly Network[],
): (address: string) => boolean {
  const list = settings.following(networks, createAddressList)
  return (address) => list()(address)
}
