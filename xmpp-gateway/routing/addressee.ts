/** Addressee: whom an iq asks, and whether the one who asks has been let in. RFC 6121 §8.5, XEP-0030 §8. */
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import type { PresenceSource } from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { aorOfJid } from '../address/sip-address.ts'
import { fullJid, type BareJid, type Jid } from '../jid.ts'
import type { Pair, Pairs } from '../pair.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IncomingIq } from '../streams.ts'
import { userFullJid } from '../user-resource.ts'

/** `account`: for which the gateway answers; `device`: the one resource that the user is seen by. */
export type Addressee =
  | { readonly kind: 'domain'; readonly domain: string }
  | {
      readonly kind: 'account' | 'device'
      readonly user: Aor
      readonly jid: BareJid
      /** Absent: whoever asks does not see the user. */
      readonly approved?: Pair
    }

/** Throws, or rejects with, a StanzaError where nobody is. */
export type FindAddressee = (iq: Pick<IncomingIq, 'from' | 'to'>) => MaybePromise<Addressee>

export function createAddressees({
  pairs,
  source,
}: {
  pairs: Pick<Pairs, 'find'>
  source: Pick<PresenceSource, 'exists'>
}): FindAddressee {
  return ({ from, to }) => {
    if (to.local === undefined) return { kind: 'domain', domain: to.domain }
    const user = aorOfJid(to)
    if (user === undefined) throw nobody()
    const kind = kindOf(to)
    const contact = aorOfJid(from)
    const pair = contact && pairs.find(user, contact)
    // Whom a user has let in knows that he exists.
    if (pair?.record.from === 'granted') return { kind, user, jid: to.bare, approved: pair }
    return whenReady(source.exists(user), (where) => {
      if (where === 'nowhere') throw nobody()
      return { kind, user, jid: to.bare }
    })
  }
}

/** No such device: RFC 6121 §8.5.3.2.3 */
function kindOf({ bare, resource }: Jid): 'account' | 'device' {
  if (resource === undefined) return 'account'
  if (fullJid(bare, resource) !== userFullJid(bare)) throw unavailable()
  return 'device'
}

function nobody(): StanzaError {
  return new StanzaError('item-not-found', 'cancel')
}

export function unavailable(): StanzaError {
  return new StanzaError('service-unavailable', 'cancel')
}
