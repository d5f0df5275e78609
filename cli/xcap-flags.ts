/** The flags of the `visage xcap` commands. */
import type { ClientFlags } from './client-options.ts'

export interface XcapFlags extends ClientFlags {
  readonly xmlns?: string[]
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
}

export interface GetFlags extends XcapFlags {
  readonly output?: string
}

export interface PutFlags extends XcapFlags {
  readonly text?: string
  readonly type?: string
}
