/** Answers who the gateway and its users are, and what they can do. XEP-0030, XEP-0115 §6.2. */
import { attributeOf } from '../../core/documents/xml-element.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import { AVATAR_NODES } from '../avatar-nodes.ts'
import { unavailable, type Addressee, type FindAddressee } from '../routing/addressee.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqHandler } from '../streams.ts'
import type { UserAvatars } from '../user-avatars.ts'
import { DISCO_INFO, writeDiscoInfo, type DiscoInfo } from './disco-info.ts'
import { DISCO_ITEMS, writeDiscoItems } from './disco-items.ts'
import {
  ACCOUNT_INFO,
  DEVICE_INFO,
  DOMAIN_INFO,
  NODE_INFO,
  ownCapabilities,
} from './own-capabilities.ts'

export interface DiscoHandlersOptions {
  readonly addresseeOf: FindAddressee
  readonly avatars: Pick<UserAvatars, 'picture'>
}

const NODE_OF_CAPS = `${ownCapabilities.node}#${ownCapabilities.ver}`
const AVATAR_NODE_NAMES = AVATAR_NODES.flatMap(({ data, metadata }) => [data, metadata])

export function createDiscoHandlers({
  addresseeOf,
  avatars,
}: DiscoHandlersOptions): readonly IqHandler[] {
  const get = { type: 'get', name: 'query' } as const
  return [
    {
      ...get,
      namespace: DISCO_INFO,
      answer: (iq) =>
        whenReady(addresseeOf(iq), (addressee) => {
          const node = attributeOf(iq.child, 'node')
          return writeDiscoInfo(infoOf(addressee, node), node)
        }),
    },
    {
      ...get,
      namespace: DISCO_ITEMS,
      answer: (iq) =>
        whenReady(addresseeOf(iq), async (addressee) => {
          const node = attributeOf(iq.child, 'node')
          const nodes = node === undefined ? await nodesOf(addressee, avatars) : []
          return writeDiscoItems(iq.to.bare, nodes, node)
        }),
    },
  ]
}

function infoOf(addressee: Addressee, node: string | undefined): DiscoInfo {
  if (addressee.kind === 'domain') return wholeOnly(DOMAIN_INFO, node)
  // A stranger learns nothing of an account and its devices. XEP-0030 §8
  if (!addressee.approved) throw unavailable()
  if (addressee.kind === 'device') {
    return node === NODE_OF_CAPS ? DEVICE_INFO : wholeOnly(DEVICE_INFO, node)
  }
  const isAvatarNode = node !== undefined && AVATAR_NODE_NAMES.includes(node)
  return isAvatarNode ? NODE_INFO : wholeOnly(ACCOUNT_INFO, node)
}

function wholeOnly(info: DiscoInfo, node: string | undefined): DiscoInfo {
  // XEP-0030 §7
  if (node !== undefined) throw new StanzaError('item-not-found', 'cancel')
  return info
}

/** The nodes of an account stand there as long as they hold anything. XEP-0084 §6.1 */
async function nodesOf(
  addressee: Addressee,
  avatars: Pick<UserAvatars, 'picture'>,
): Promise<readonly string[]> {
  if (addressee.kind !== 'account' || !addressee.approved) return []
  const picture = await avatars.picture(addressee.approved)
  return picture ? AVATAR_NODE_NAMES : []
}
