/** JID: the address of somebody in XMPP, parsed and in one spelling. RFC 7622. */

declare const brand: unique symbol

/** `local@domain` or `domain`, canonical. */
export type BareJid = string & { readonly [brand]: 'BareJid' }
