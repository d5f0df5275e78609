/** Which settings can be changed while the service runs. What is not named here is read at the start alone. */

/** Of sections with an asterisk all but `NEED_RESTART`. */
const RELOADABLE: ReadonlySet<string> = new Set([
  'domains',
  'http.trustProxy',
  'http.assertedFrom',
  'http.resourceListServers',
  'http.page',
  'sip.trustedPeers',
  'icons.access',
  'icons.byAddress',
  'icons.personPages',
  'icons.approval',
  'icons.maxBase64Bytes',
  'icons.maxAge',
  'presence.defaultPolicy',
  'presence.minExpires',
  'presence.maxExpires',
  'presence.throttle',
  'session.*',
  'limits.*',
  'shutdown.*',
  'log.level',
])

/** What sockets were opened with, the pace towards back ends, and the XMPP gateway. */
const NEED_RESTART: ReadonlySet<string> = new Set([
  'limits.httpConnections',
  'limits.sipConnections',
  'limits.sipConnectionsPerAddress',
  'limits.backEndRequests',
  'limits.xmppContacts',
  'limits.xmppContactsPerUser',
])

/** `key`: as `sip.trustedPeers`. */
export function isReloadable(key: string): boolean {
  if (NEED_RESTART.has(key)) return false
  return RELOADABLE.has(key) || RELOADABLE.has(key.replace(/\..*/, '.*'))
}
