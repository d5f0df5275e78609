/** Answers whether somebody is there. XEP-0199. */
import { whenReady } from '../../core/model/maybe-promise.ts'
import { PING } from '../namespaces.ts'
import { unavailable, type FindAddressee } from '../routing/addressee.ts'
import type { IqHandler } from '../streams.ts'

export function createPingHandler({ addresseeOf }: { addresseeOf: FindAddressee }): IqHandler {
  return {
    type: 'get',
    namespace: PING,
    name: 'ping',
    answer: (iq) =>
      whenReady(addresseeOf(iq), (addressee) => {
        // That a device is there is presence.
        if (addressee.kind === 'device' && !addressee.approved) throw unavailable()
        return undefined
      }),
  }
}
