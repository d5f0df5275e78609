/** Privileges: whose rosters the gateway may read and write, as their server says on the stream. XEP-0356 §4.2. */
import { attributeOf, elementsOf, type XmlElement } from '../../core/documents/xml-element.ts'
import { jidDomain, type BareJid } from '../jid.ts'
import type { Pair } from '../pair.ts'
import type { IncomingMessage, MessageHandler, Streams } from '../streams.ts'

/** That of Prosody and ejabberd, and the one before. */
const NAMESPACES = ['urn:xmpp:privilege:2', 'urn:xmpp:privilege:1']

export interface Privileges {
  /** What servers say of it. */
  readonly messages: readonly MessageHandler[]
  /** Whether the contact's roster may be read and written, by the stream of the user's domain. */
  readonly allow: (pair: Pick<Pair, 'userJid' | 'contactJid'>) => boolean
  readonly close: () => void
}

/** What was said on a stream ends with it. */
export function followPrivileges(streams: Pick<Streams, 'follow'>): Privileges {
  /** SIP domain → hosts; the router lets in only those that may use the gateway. */
  const hosts = new Map<string, Set<string>>()
  const close = streams.follow({
    offline(domain) {
      hosts.delete(jidDomain(domain) ?? domain)
    },
  })
  const take = ({ from, to, child }: IncomingMessage) => {
    // A person of that host has no say in it.
    if (from.bare !== from.domain || from.resource !== undefined) return
    const known = hosts.get(to.domain) ?? new Set<string>()
    hosts.set(to.domain, known)
    if (isWhole(child)) known.add(from.domain)
    else known.delete(from.domain)
  }
  return {
    messages: NAMESPACES.map((namespace) => ({ namespace, name: 'privilege', take })),
    allow: ({ userJid, contactJid }) =>
      hosts.get(domainOf(userJid))?.has(domainOf(contactJid)) ?? false,
    close,
  }
}

/** Reading without writing serves nothing here, and a name that cannot be read might be overwritten. */
function isWhole(privilege: XmlElement): boolean {
  const types = elementsOf(privilege)
    .filter((perm) => perm.name === 'perm' && perm.namespace === privilege.namespace)
    .filter((perm) => attributeOf(perm, 'access') === 'roster')
    .map((perm) => attributeOf(perm, 'type'))
  return types.includes('both') || (types.includes('get') && types.includes('set'))
}

function domainOf(jid: BareJid): string {
  return jid.slice(jid.indexOf('@') + 1)
}
