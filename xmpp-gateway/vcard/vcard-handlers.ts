/** Answers for the cards of SIP users, to the contacts that they have let in. XEP-0054 §3.3, XEP-0398 §5.2. */
import type { XmlElement } from '../../core/documents/xml-element.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import { unescapeLocalpart } from '../address/jid-escaping.ts'
import { shownDocument } from '../avatar/pair-view.ts'
import { shownPerson } from '../avatar/shown-person.ts'
import { VCARD } from '../namespaces.ts'
import type { Pair } from '../pair.ts'
import { unavailable, type FindAddressee } from '../routing/addressee.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqHandler } from '../streams.ts'
import type { UserAvatars } from '../user-avatars.ts'
import { filtered, serviceCard, vcard } from './vcard.ts'

export interface VcardHandlersOptions {
  readonly addresseeOf: FindAddressee
  readonly avatars: Pick<UserAvatars, 'picture'>
}

export function createVcardHandlers({
  addresseeOf,
  avatars,
}: VcardHandlersOptions): readonly IqHandler[] {
  const kind = { namespace: VCARD, name: 'vCard' }
  return [
    {
      ...kind,
      type: 'get',
      answer: (iq) =>
        whenReady(addresseeOf(iq), async (addressee) => {
          if (addressee.kind === 'domain') return filtered(serviceCard(), iq.child)
          if (addressee.kind !== 'account') throw unavailable()
          // A card is personal even without its photo: strangers get none of it.
          if (!addressee.approved) throw new StanzaError('subscription-required', 'auth')
          return filtered(await cardOf(addressee.approved, iq.to.local ?? '', avatars), iq.child)
        }),
    },
    {
      ...kind,
      type: 'set',
      answer: (iq) =>
        whenReady(addresseeOf(iq), () => {
          // Only its owner changes a card. XEP-0054 §3.2
          throw new StanzaError('forbidden', 'auth')
        }),
    },
  ]
}

async function cardOf(
  pair: Pair,
  local: string,
  avatars: Pick<UserAvatars, 'picture'>,
): Promise<XmlElement> {
  const picture = await avatars.picture(pair)
  const document = shownDocument(pair)
  const nickname = unescapeLocalpart(local)
  const { name = nickname } = document === undefined ? {} : shownPerson(document)
  const { user } = pair.record
  return vcard({ jid: pair.userJid, user, name, nickname, photo: picture?.bytes })
}
