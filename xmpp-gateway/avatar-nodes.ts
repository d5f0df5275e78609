/** The two nodes of a user's avatar, as they are named today and as early clients name them. XEP-0084 §4, and its version 0.8. */

export interface AvatarNodes {
  /** Node and namespace of its payload are one name. XEP-0163 §7.2 */
  readonly metadata: string
  readonly data: string
  /** How an avatar that is switched off is told. XEP-0084 §3.5 */
  readonly switchedOff: 'empty' | 'stop'
}

/** Today's come first. */
export const AVATAR_NODES: readonly AvatarNodes[] = [
  {
    metadata: 'urn:xmpp:avatar:metadata',
    data: 'urn:xmpp:avatar:data',
    switchedOff: 'empty',
  },
  {
    metadata: 'http://jabber.org/protocol/avatar#metadata',
    data: 'http://jabber.org/protocol/avatar#data',
    switchedOff: 'stop',
  },
]
