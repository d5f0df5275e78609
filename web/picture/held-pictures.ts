/** My pictures that wait for an administrator's approval, to be withdrawn. Visage's own usage, over XCAP. RFC 4825 §7.5. */
import { getXcapDirectory, pathInHome, type XcapClient } from '../../client/index.ts'

export interface HeldPictures {
  /** Their paths in my home. */
  list(): Promise<readonly string[]>
  withdraw(path: string): Promise<unknown>
}

const AUID = 'org.visage.held-icon'

/** `address`: mine, as `sip:alice@example.com`. */
export function createHeldPictures({
  xcap,
  address: xui,
}: {
  xcap: XcapClient
  address: string
}): HeldPictures {
  return {
    list: async () => {
      const { folders } = await getXcapDirectory(xcap, xui)
      const waiting = folders.find(({ auid }) => auid === AUID)
      return (waiting?.entries ?? []).map(({ uri }) => pathInHome(uri))
    },
    withdraw: (path) => xcap.delete({ auid: AUID, xui, path: path.split('/') }),
  }
}
