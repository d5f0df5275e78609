/** Avatar events: metadata to the contacts' resources that want it, when it changes and once to each that comes. XEP-0163 §4.3, XEP-0084 §3.3. */
import { xmlElement, type XmlElement } from '../../core/documents/xml-element.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { AVATAR_NODES, type AvatarNodes } from '../avatar-nodes.ts'
import type { ContactCapabilities } from '../disco/contact-capabilities.ts'
import type { Features } from '../disco/known-capabilities.ts'
import { fullJid } from '../jid.ts'
import { PUBSUB_EVENT } from '../namespaces.ts'
import type { ContactResource, Pair, Pairs } from '../pair.ts'
import { createPacing } from '../presence/pacing.ts'
import { stanza } from '../stanza.ts'
import type { Streams } from '../streams.ts'
import type { Avatar, UserAvatars } from '../user-avatars.ts'
import { itemsElement, metadataItem } from './avatar-items.ts'
import { createToldAvatars, type ToldAvatars } from './told-avatars.ts'

export interface AvatarEventsOptions {
  readonly pairs: Pairs
  readonly avatars: UserAvatars
  readonly capabilities: ContactCapabilities
  readonly streams: Pick<Streams, 'send'>
  readonly clock: Clock
  readonly log: Log
}

/** Milliseconds: a user who changes the picture faster has the last one told. */
const INTERVAL = 1_000

/** Gives what ends it. */
export function followAvatars(options: AvatarEventsOptions): () => void {
  const { pairs, avatars, clock, log } = options
  const told = createToldAvatars({ begun: clock.now() })
  const tellPair = (pair: Pair) => {
    if (!isWorthTelling(pair, avatars, told)) return false
    for (const resource of pair.resources.values()) tellResource(pair, resource, told, options)
    return true
  }
  const tell = (user: Aor) => [...pairs.ofUser(user)].filter(tellPair).length > 0
  const pacing = createPacing({ interval: INTERVAL, tell, clock, log })
  const endAvatars = avatars.follow((user) => {
    pacing.ask(user)
  })
  const endPairs = pairs.follow({
    authorized(pair, _, after) {
      if (after?.from === 'granted') tellPair(pair)
      else told.forget(pair)
    },
    forgotten: (pair) => {
      told.forgetResources(pair)
    },
    // The rules may show another picture, or none.
    shown(pair, to) {
      if (to === undefined) tellPair(pair)
    },
    resource(pair, now, before) {
      if (now) tellResource(pair, now, told, options)
      else if (before) told.resourceGone(pair, before.resource)
    },
  })
  return () => {
    for (const end of [endAvatars, endPairs, pacing.close]) end()
  }
}

function tellResource(
  pair: Pair,
  resource: ContactResource,
  told: ToldAvatars,
  { avatars, capabilities, streams }: AvatarEventsOptions,
): void {
  if (!isWorthTelling(pair, avatars, told)) return
  void whenReady(capabilities.featuresOf(pair, resource), (features) => {
    // It may have changed, or gone, while its software was asked.
    if (pair.resources.get(resource.resource)?.capabilities !== resource.capabilities) return
    if (!isWorthTelling(pair, avatars, told)) return
    const shown = avatars.of(pair)
    if (shown.state === 'unknown') return
    const avatar = shown.state === 'image' ? shown.avatar : undefined
    for (const nodes of wantedNodes(features)) {
      if (told.isNews(pair, resource.resource, nodes, avatar ?? 'none')) {
        streams.send(avatarEvent(pair, resource.resource, nodes, avatar))
      }
    }
  })
}

/** That there is no picture is told to who may have seen one: a node that never had an item has no last one. XEP-0163 §4.3.4 */
function isWorthTelling(pair: Pair, avatars: UserAvatars, told: ToldAvatars): boolean {
  if (pair.record.from !== 'granted') return false
  const { state } = avatars.of(pair)
  return state === 'image' || (state === 'none' && told.hasSeen(pair))
}

/** A resource says in its capabilities which events it wants. XEP-0163 §4.2 */
function wantedNodes(features: Features): readonly AvatarNodes[] {
  return AVATAR_NODES.filter(({ metadata }) => features.has(`${metadata}+notify`))
}

function avatarEvent(
  { userJid, contactJid }: Pair,
  resource: string,
  nodes: AvatarNodes,
  avatar: Avatar | undefined,
): XmlElement {
  const items = itemsElement(PUBSUB_EVENT, nodes.metadata, [metadataItem(nodes, avatar)])
  const head = { from: userJid, to: fullJid(contactJid, resource), type: 'headline' }
  return stanza('message', head, [xmlElement(PUBSUB_EVENT, 'event', [items])])
}
