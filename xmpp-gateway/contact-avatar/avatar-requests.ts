/** Asks a contact's server for avatar metadata, avatar data and the vCard's photo. XEP-0084 §3.4, XEP-0153 §3.2. */
import {
  elementsOf,
  isNamed,
  textOf,
  xmlAttribute,
  xmlElement,
  type XmlElement,
} from '../../core/documents/xml-element.ts'
import type { AvatarNodes } from '../avatar-nodes.ts'
import type { BareJid } from '../jid.ts'
import { PUBSUB, VCARD } from '../namespaces.ts'
import { StanzaError } from '../stanza-error.ts'
import { childOf } from '../stanza.ts'
import type { Streams } from '../streams.ts'
import { readMetadata, type Announcement } from './avatar-metadata.ts'

/** In whose name who is asked: a user whom the contact lets see him. */
export interface Asked {
  readonly userJid: BareJid
  readonly contactJid: BareJid
}

/** Undefined: the server says that there is none. Reject with a StanzaError when it may answer another time. */
export interface AvatarRequests {
  metadata(asked: Asked, nodes: AvatarNodes): Promise<Announcement | undefined>
  /** Events are to come whether or not the user is shown as available. XEP-0060 §6.1 */
  follow(asked: Asked, nodes: AvatarNodes): Promise<void>
  /** Base64. */
  data(asked: Asked, nodes: AvatarNodes, id: string): Promise<string | undefined>
  /** Base64. */
  photo(asked: Asked): Promise<string | undefined>
}

const TIMEOUT = 10_000

export function createAvatarRequests({
  streams,
}: {
  streams: Pick<Streams, 'request'>
}): AvatarRequests {
  async function ask(
    { userJid, contactJid }: Asked,
    child: XmlElement,
    type: 'get' | 'set' = 'get',
  ): Promise<XmlElement | undefined> {
    try {
      return await streams.request({ type, from: userJid, to: contactJid, child }, TIMEOUT)
    } catch (error) {
      if (isForNow(error)) throw error
      return undefined
    }
  }

  /** What the last of the node's items holds. */
  async function payload(asked: Asked, node: string, id?: string) {
    const result = await ask(asked, itemsRequest(node, id))
    const pubsub = result && childOf(result, PUBSUB, 'pubsub')
    const items = pubsub && childOf(pubsub, PUBSUB, 'items')
    const item = items && elementsOf(items).findLast(({ name }) => name === 'item')
    return item && elementsOf(item)[0]
  }

  return {
    async metadata(asked, { metadata }) {
      const found = await payload(asked, metadata)
      return found && readMetadata(found, metadata)
    },
    async follow(asked, { metadata }) {
      await ask(asked, subscription(metadata, asked.userJid), 'set')
    },
    async data(asked, { data }, id) {
      const found = await payload(asked, data, id)
      return found && isNamed(found, data, 'data') ? textOf(found) : undefined
    },
    photo: async (asked) => photoIn(await ask(asked, xmlElement(VCARD, 'vCard'))),
  }
}

/** Without an id: the newest. XEP-0060 §6.5 */
function itemsRequest(node: string, id: string | undefined): XmlElement {
  const wanted = id === undefined ? [] : [xmlElement(PUBSUB, 'item', [], [xmlAttribute('id', id)])]
  const most = id === undefined ? [xmlAttribute('max_items', '1')] : []
  const items = xmlElement(PUBSUB, 'items', wanted, [xmlAttribute('node', node), ...most])
  return xmlElement(PUBSUB, 'pubsub', [items])
}

function subscription(node: string, jid: string): XmlElement {
  const attributes = [xmlAttribute('node', node), xmlAttribute('jid', jid)]
  return xmlElement(PUBSUB, 'pubsub', [xmlElement(PUBSUB, 'subscribe', [], attributes)])
}

function photoIn(result: XmlElement | undefined): string | undefined {
  const card = result && childOf(result, VCARD, 'vCard')
  const photo = card && childOf(card, VCARD, 'PHOTO')
  const binary = photo && childOf(photo, VCARD, 'BINVAL')
  // An empty one says that there is no picture.
  return (binary && textOf(binary)) || undefined
}

/** Everything else is an answer: there is nothing, or nothing for us. */
const FOR_NOW: ReadonlySet<string> = new Set([
  'internal-server-error',
  'remote-server-not-found',
  'remote-server-timeout',
  'resource-constraint',
])

function isForNow(error: unknown): boolean {
  if (!(error instanceof StanzaError)) return true
  return error.type === 'wait' || FOR_NOW.has(error.condition)
}
