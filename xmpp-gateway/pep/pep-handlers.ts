/** Personal eventing service of every user: contacts fetch the avatar from it, and change nothing. XEP-0163, XEP-0084, XEP-0060 §6.5. */
import {
  attributeOf,
  elementsOf,
  xmlElement,
  type XmlElement,
} from '../../core/documents/xml-element.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import { AVATAR_NODES } from '../avatar-nodes.ts'
import { PUBSUB } from '../namespaces.ts'
import type { Pair } from '../pair.ts'
import { unavailable, type FindAddressee } from '../routing/addressee.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IncomingIq, IqHandler } from '../streams.ts'
import type { UserAvatars } from '../user-avatars.ts'
import { dataItem, itemsElement, metadataItem } from './avatar-items.ts'
import {
  nodeRequired,
  ownerOnly,
  presenceSubscriptionRequired,
  PUBSUB_OWNER,
  refusalOf,
} from './pubsub.ts'

export interface PepHandlersOptions {
  readonly addresseeOf: FindAddressee
  readonly avatars: Pick<UserAvatars, 'picture'>
}

export function createPepHandlers({
  addresseeOf,
  avatars,
}: PepHandlersOptions): readonly IqHandler[] {
  const name = 'pubsub'
  /** `answer` meets only contacts that the user has let in: access model presence. XEP-0060 §4.5 */
  const approved = (answer: (pair: Pair, child: XmlElement) => Promise<XmlElement>) => ({
    name,
    answer: (iq: IncomingIq) =>
      whenReady(addresseeOf(iq), (addressee) => {
        if (addressee.kind !== 'account') throw unavailable()
        if (!addressee.approved) throw presenceSubscriptionRequired()
        return answer(addressee.approved, iq.child)
      }),
  })
  const read = approved(async (pair, child) => {
    const [asked] = elementsOf(child)
    if (asked?.name !== 'items') throw refusalOf(asked?.name)
    return xmlElement(PUBSUB, 'pubsub', [await itemsFor(pair, asked, avatars)])
  })
  const change = approved((_, child) => Promise.reject(refusalOf(elementsOf(child)[0]?.name)))
  const own = approved(() => Promise.reject(ownerOnly()))
  return [
    { type: 'get', namespace: PUBSUB, ...read },
    { type: 'set', namespace: PUBSUB, ...change },
    { type: 'get', namespace: PUBSUB_OWNER, ...own },
    { type: 'set', namespace: PUBSUB_OWNER, ...own },
  ]
}

/** A node has one item, so that `max_items` leaves nothing out. */
async function itemsFor(
  pair: Pair,
  asked: XmlElement,
  avatars: Pick<UserAvatars, 'picture'>,
): Promise<XmlElement> {
  const node = attributeOf(asked, 'node')
  if (node === undefined) throw nodeRequired()
  const nodes = AVATAR_NODES.find(({ metadata, data }) => node === metadata || node === data)
  if (!nodes) throw new StanzaError('item-not-found', 'cancel')
  const picture = await avatars.picture(pair)
  const isData = node === nodes.data
  const metadata = metadataItem(nodes, picture?.avatar)
  const items = isData ? (picture ? [dataItem(nodes, picture)] : []) : [metadata]
  return itemsElement(PUBSUB, node, wanted(items, asked))
}

/** Those that are asked for by their ids; an old one is gone. XEP-0060 §6.5.8 */
function wanted<Item extends { readonly id: string }>(
  items: readonly Item[],
  asked: XmlElement,
): readonly Item[] {
  const ids = elementsOf(asked)
    .filter(({ name }) => name === 'item')
    .map((item) => attributeOf(item, 'id'))
  if (ids.length === 0) return items
  const found = items.filter(({ id }) => ids.includes(id))
  if (found.length === 0) throw new StanzaError('item-not-found', 'cancel')
  return found
}
