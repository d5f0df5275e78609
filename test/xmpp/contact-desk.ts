/** Contacts with pictures, and a real store: what a test of the pictures that come in begins with. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import {
  attributeOf,
  elementsOf,
  xmlAttribute,
  xmlElement,
  type XmlElement,
} from '../../core/documents/xml-element.ts'
import { createDomains, type Domain } from '../../core/model/domain.ts'
import { createImageResizer } from '../../core/images/image-resizer.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { jidOfAor } from '../../xmpp-gateway/address/sip-address.ts'
import {
  createContactAvatars,
  type ContactAvatars,
  type ContactAvatarsOptions,
} from '../../xmpp-gateway/contact-avatar/contact-avatars.ts'
import { fullJid, parseJid } from '../../xmpp-gateway/jid.ts'
import { StanzaError } from '../../xmpp-gateway/stanza-error.ts'
import { stanza } from '../../xmpp-gateway/stanza.ts'
import type { IqRequest } from '../../xmpp-gateway/streams.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { bob, createManualPairs } from './manual-pairs.ts'
import { createRecordedStreams, type RecordedStreams } from './recorded-streams.ts'

interface Nodes {
  readonly metadata: string
  readonly data: string
}

export const TODAY: Nodes = { metadata: 'urn:xmpp:avatar:metadata', data: 'urn:xmpp:avatar:data' }
export const EARLY: Nodes = {
  metadata: 'http://jabber.org/protocol/avatar#metadata',
  data: 'http://jabber.org/protocol/avatar#data',
}
const SIP_DOMAIN: Domain = {
  ...{ name: 'sip.example', realm: 'sip.example', aliases: [] },
  ...{ defaultPolicy: 'allow', externalAccounts: false },
}
const PUBSUB = 'http://jabber.org/protocol/pubsub'
const EVENT = `${PUBSUB}#event`

export const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex')

export function metadata(node: string, children: readonly XmlElement[] = []): XmlElement {
  return xmlElement(node, 'metadata', children)
}

export function info(node: string, attributes: Readonly<Record<string, string>>): XmlElement {
  const written = Object.entries(attributes).map(([name, value]) => xmlAttribute(name, value))
  return xmlElement(node, 'info', [], written)
}

export function announced(bytes: Uint8Array, nodes: Nodes = TODAY): XmlElement {
  const attributes = { id: sha1(bytes), bytes: String(bytes.length), type: 'image/png' }
  return metadata(nodes.metadata, [info(nodes.metadata, attributes)])
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

export async function openContactDesk(
  t: TestContext,
  further: Partial<ContactAvatarsOptions> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'visage-contacts-'))
  const clock = createManualClock()
  const logged: { fields: Readonly<Record<string, unknown>>; text: string }[] = []
  const write = (fields: Readonly<Record<string, unknown>>, text: string) => {
    logged.push({ fields, text })
  }
  const log = { debug: write, info: write, warn: write, error: write }
  const store = await openLevelStore({ folder, clock, log })
  const streams = createRecordedStreams()
  const work = createWorkCount()
  const images = createImageResizer({ maxPixels: 4096 * 4096 })
  const { documents: stored } = store
  const documents: ContactAvatarsOptions['documents'] = {
    iconOwners: () => stored.iconOwners(),
    get: (...asked) => work.count(Promise.resolve(stored.get(...asked))),
    put: (...asked) => {
      work.writes++
      return work.count(stored.put(...asked))
    },
    delete: (...asked) => {
      work.writes++
      return work.count(stored.delete(...asked))
    },
  }
  const parts = {
    streams: {
      ...streams,
      request: (...asked: Parameters<RecordedStreams['request']>) =>
        work.count(streams.request(...asked)),
    },
    documents,
    domains: createDomains([SIP_DOMAIN]),
    images: {
      resize: (...asked: Parameters<typeof images.resize>) => work.count(images.resize(...asked)),
    },
    iconTokenKey: new Uint8Array(32).fill(7),
    clock,
    log,
    ...further,
  }
  const opened: ContactAvatars[] = []
  t.after(async () => {
    for (const avatars of opened) avatars.close()
    await work.idle()
    await store.close()
    await rm(folder, { recursive: true })
  })
  return {
    ...{ clock, store, streams, logged, work },
    begin() {
      const pairs = createManualPairs()
      const avatars = createContactAvatars({ ...parts, pairs })
      opened.push(avatars)
      return { pairs, avatars, events: eventsTo(avatars) }
    },
    async shown(contact: Aor = bob) {
      await work.idle()
      const icon = await store.documents.currentIcon(contact)
      return icon && store.documents.image(icon.icon.hash)
    },
    server: (contact: Aor = bob) => contactServer(streams, contact),
    asked: () => streams.requests.map(what),
  }
}

function createWorkCount() {
  let busy = 0
  return {
    writes: 0,
    async count<T>(work: Promise<T>): Promise<T> {
      busy++
      try {
        return await work
      } finally {
        busy--
      }
    },
    async idle() {
      for (let quiet = 0; quiet < 5; quiet = busy === 0 ? quiet + 1 : 0) await setImmediate()
    },
  }
}

interface Whose {
  readonly contact?: Aor
  readonly resource?: string
  readonly to?: string
}

function eventsTo(avatars: ContactAvatars) {
  const take = (
    parts: readonly XmlElement[],
    { contact = bob, resource, to = 'alice@sip.example/sip' }: Whose = {},
  ) => {
    const from = parseJid(fullJid(jidOfAor(contact)!, resource))!
    avatars.events.take({ from, to: parseJid(to)!, child: xmlElement(EVENT, 'event', parts) })
  }
  return {
    take,
    item(payload: XmlElement, whose: Whose = {}) {
      const item = xmlElement(EVENT, 'item', [payload], [xmlAttribute('id', 'current')])
      take([xmlElement(EVENT, 'items', [item], [xmlAttribute('node', payload.namespace)])], whose)
    },
    purge(node = TODAY.metadata) {
      take([xmlElement(EVENT, 'purge', [], [xmlAttribute('node', node)])])
    },
    retract(id: string, node = TODAY.metadata) {
      const retract = xmlElement(EVENT, 'retract', [], [xmlAttribute('id', id)])
      take([xmlElement(EVENT, 'items', [retract], [xmlAttribute('node', node)])])
    },
  }
}

function contactServer(streams: RecordedStreams, contact: Aor) {
  const jid = jidOfAor(contact)!
  const server = {
    nodes: new Map<string, XmlElement>(),
    photo: undefined as string | undefined,
    publish(bytes: Uint8Array, nodes: Nodes = TODAY) {
      server.nodes.set(nodes.metadata, announced(bytes, nodes))
      server.nodes.set(nodes.data, xmlElement(nodes.data, 'data', [base64(bytes)]))
    },
  }
  streams.answer(jid, PUBSUB, ({ from, child }) => {
    const items = elementsOf(child)[0]!
    const node = attributeOf(items, 'node')!
    const payload = server.nodes.get(node)
    if (!payload) throw new StanzaError('item-not-found', 'cancel')
    const item = xmlElement(PUBSUB, 'item', [payload])
    const answered = xmlElement(PUBSUB, 'items', [item], [xmlAttribute('node', node)])
    return resultOf(jid, from, xmlElement(PUBSUB, 'pubsub', [answered]))
  })
  streams.answer(jid, 'vcard-temp', ({ from }) => {
    const of = (name: string, children: readonly (XmlElement | string)[]) =>
      xmlElement('vcard-temp', name, children)
    // What the sender says of the type is never believed.
    const photo = [of('TYPE', ['text/html']), of('BINVAL', [server.photo ?? ''])]
    const card = server.photo === undefined ? [of('FN', ['Bob'])] : [of('PHOTO', photo)]
    return resultOf(jid, from, of('vCard', card))
  })
  return server
}

function resultOf(from: string, to: string, child: XmlElement): XmlElement {
  return stanza('iq', { type: 'result', from, to }, [child])
}

function what({ child }: IqRequest): string {
  const [items] = elementsOf(child)
  if (!items) return child.name
  const node = attributeOf(items, 'node') ?? ''
  return items.name === 'items' ? node : `${items.name} ${node}`
}
