/** The flags of the `visage contacts` commands. */
import type { ClientFlags } from './client-options.ts'

export interface ListFlags extends ClientFlags {
  readonly offline?: boolean
}

export interface AddFlags extends ClientFlags {
  readonly name?: string
  readonly group?: string
}

export interface BlockFlags extends ClientFlags {
  readonly polite?: boolean
}
