/** Presence extensions: what software can do and which picture there is, told in presence. XEP-0115, XEP-0153. */
export const CAPABILITIES_NAMESPACE = 'http://jabber.org/protocol/caps'
export const UPDATE_NAMESPACE = 'vcard-temp:x:update'
