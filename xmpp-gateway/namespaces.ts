/** Namespaces of extensions that several rooms of the gateway speak. XEP-0054, XEP-0060, XEP-0115, XEP-0153, XEP-0164, XEP-0199. */
export const CAPABILITIES = 'http://jabber.org/protocol/caps'
export const PING = 'urn:xmpp:ping'
export const PUBSUB = 'http://jabber.org/protocol/pubsub'
export const PUBSUB_EVENT = 'http://jabber.org/protocol/pubsub#event'
export const VCARD = 'vcard-temp'
export const VCARD_FILTER = 'vcard-temp-filter'
export const VCARD_UPDATE = 'vcard-temp:x:update'
