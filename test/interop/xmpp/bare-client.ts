/** An XMPP client of few words, hundreds of which fit into a test: it answers what it must, and counts. RFC 6120, RFC 6121. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { attributeOf, elementsOf, type XmlElement } from '../../../core/documents/xml-element.ts'
import { StreamReader } from '../../../xmpp-gateway/stream/stream-reader.ts'

export interface BareClient {
  readonly jid: string
  /** Presence and messages of the SIP domain since the last `reset`. */
  readonly count: { presence: number; messages: number }
  /** Becomes available, or says another status. */
  presence(status: string): void
  subscribe(to: string): void
  /** Settles when both see each other. */
  readonly friends: Promise<void>
  reset(): void
  close(): void
}

const CAPABILITIES =
  '<c xmlns="http://jabber.org/protocol/caps" hash="sha-1" node="urn:example:bare" ver="5dv23/iuLR8uj/xXshH8zM/LcY8="/>'
/** Those of slixmpp, whose hash it is. XEP-0115 §5.1 */
const FEATURES = [
  'http://jabber.org/protocol/caps',
  'http://jabber.org/protocol/disco#info',
  'http://jabber.org/protocol/shim',
  'http://jabber.org/protocol/shim#SubID',
  'jabber:x:data',
  'urn:xmpp:avatar:metadata',
  'urn:xmpp:avatar:metadata+notify',
  'urn:xmpp:ping',
  'vcard-temp',
]

export async function openBareClient({
  jid,
  password,
  port,
  sipDomain,
}: {
  /** Full. */
  jid: string
  password: string
  port: number
  sipDomain: string
}): Promise<BareClient> {
  const [bare = '', resource = ''] = jid.split('/')
  const [name = '', domain = ''] = bare.split('@')
  const count = { presence: 0, messages: 0 }
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  let hear: (element: XmlElement) => void = () => undefined
  let reader = newReader()
  socket.on('data', (bytes) => {
    reader.write(bytes)
  })

  function newReader() {
    return new StreamReader({
      header: () => undefined,
      footer: () => undefined,
      element: (element) => {
        hear(element)
      },
    })
  }

  const write = (xml: string) => socket.write(xml)
  const next = () => new Promise<XmlElement>((resolve) => (hear = resolve))

  async function begin(): Promise<void> {
    reader = newReader()
    const features = next()
    write(
      `<stream:stream to="${domain}" version="1.0" xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams">`,
    )
    await features
  }

  async function ask(xml: string, wanted: string): Promise<void> {
    const answer = next()
    write(xml)
    const { name: said } = await answer
    if (said !== wanted) throw new Error(`${jid}: ${said} instead of ${wanted}`)
  }

  await begin()
  const plain = Buffer.from(`\0${name}\0${password}`).toString('base64')
  await ask(
    `<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">${plain}</auth>`,
    'success',
  )
  await begin()
  await ask(
    `<iq type="set" id="b"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><resource>${resource}</resource></bind></iq>`,
    'iq',
  )
  // So that roster pushes come.
  await ask('<iq type="get" id="r"><query xmlns="jabber:iq:roster"/></iq>', 'iq')

  let befriended: () => void = () => undefined
  const friends = new Promise<void>((resolve) => (befriended = resolve))

  hear = (element) => {
    const [from = '', type] = [attributeOf(element, 'from'), attributeOf(element, 'type')]
    if (element.name === 'iq') answerIq(element, from, type)
    else if (!from.split('/')[0]?.endsWith(`@${sipDomain}`)) return
    else if (type === 'subscribe') write(`<presence to="${from}" type="subscribed"/>`)
    else if (element.name === 'message') count.messages++
    else if (type === undefined) count.presence++
  }

  function answerIq(iq: XmlElement, from: string, type: string | undefined): void {
    const [query] = elementsOf(iq)
    const item = query && elementsOf(query)[0]
    if (item?.name === 'item' && attributeOf(item, 'subscription') === 'both') befriended()
    if (type !== 'get') return
    const features = FEATURES.map((feature) => `<feature var="${feature}"/>`).join('')
    const node = query && attributeOf(query, 'node')
    write(
      `<iq type="result" id="${attributeOf(iq, 'id')}" to="${from}"><query xmlns="http://jabber.org/protocol/disco#info"` +
        `${node === undefined ? '' : ` node="${node}"`}><identity category="client" type="bot"/>${features}</query></iq>`,
    )
  }

  return {
    ...{ jid, count, friends },
    presence: (status) => {
      write(`<presence><status>${status}</status>${CAPABILITIES}</presence>`)
    },
    subscribe: (to) => {
      write(`<presence to="${to}" type="subscribe"/>`)
    },
    reset: () => {
      count.presence = 0
      count.messages = 0
    },
    close: () => socket.destroy(),
  }
}
