/** The flags of the `visage import` commands. */
import type { StoreFlags } from './user-flags.ts'

export interface ImportFlags extends StoreFlags {
  readonly table?: string
  readonly realm?: string
  readonly domain?: string
  readonly overwrite?: boolean
  readonly lock?: boolean
  readonly dryRun?: boolean
}
