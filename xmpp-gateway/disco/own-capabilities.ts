/** What a SIP user is and can do, as XMPP contacts discover it. XEP-0030, XEP-0115. */
import { AVATAR_NODES } from '../avatar-nodes.ts'
import { CAPABILITIES, PING, PUBSUB, VCARD, VCARD_FILTER, VCARD_UPDATE } from '../namespaces.ts'
import { DISCO_INFO, type DiscoInfo } from './disco-info.ts'
import { DISCO_ITEMS } from './disco-items.ts'
import { verificationString } from './verification-string.ts'

/** A name for this software that nobody else can have. XEP-0115 §4 */
const SOFTWARE = 'urn:uuid:6f1c2b0e-5d0a-4c0b-9e57-3a3f6b7c1d92'

/** The domain: the gateway itself. */
export const DOMAIN_INFO: DiscoInfo = {
  identities: [{ category: 'gateway', type: 'simple', name: 'Visage' }],
  features: [DISCO_INFO, DISCO_ITEMS, PING, VCARD, VCARD_FILTER, 'jid\\20escaping'],
  forms: [],
}

/** A bare address: the account, for which the gateway answers. */
export const ACCOUNT_INFO: DiscoInfo = {
  identities: [
    { category: 'account', type: 'registered' },
    { category: 'pubsub', type: 'pep' },
  ],
  features: [
    DISCO_INFO,
    DISCO_ITEMS,
    PING,
    VCARD,
    VCARD_FILTER,
    'urn:xmpp:pep-vcard-conversion:0',
    PUBSUB,
    ...[
      'access-presence',
      'auto-subscribe',
      'filtered-notifications',
      'item-ids',
      'last-published',
      'presence-notifications',
      'presence-subscribe',
      'retrieve-items',
    ].map((feature) => `${PUBSUB}#${feature}`),
  ],
  forms: [],
}

/** A pubsub node of an account. XEP-0060 §5.3 */
export const NODE_INFO: DiscoInfo = {
  identities: [{ category: 'pubsub', type: 'leaf' }],
  features: [DISCO_INFO, DISCO_ITEMS, PUBSUB],
  forms: [],
}

/** A full address: the user's devices, seen as one. What ends in `+notify` asks contacts' servers for their pictures. */
export const DEVICE_INFO: DiscoInfo = {
  identities: [{ category: 'client', type: 'phone', name: 'Visage' }],
  features: [
    CAPABILITIES,
    DISCO_INFO,
    DISCO_ITEMS,
    PING,
    VCARD_UPDATE,
    ...AVATAR_NODES.map(({ metadata }) => metadata),
    ...AVATAR_NODES.map(({ metadata }) => `${metadata}+notify`),
  ],
  forms: [],
}

/** For the `<c/>` in every available presence. */
export const ownCapabilities = {
  node: SOFTWARE,
  hash: 'sha-1',
  ver: verificationString(DEVICE_INFO) ?? '',
} as const
