/** Configuration of sip.js's core: who we are, and where the server finds us. RFC 3261 §8.1.1. */
import {
  Grammar,
  LoggerFactory,
  URI,
  type UserAgentCoreConfiguration,
} from 'sip.js/lib/core/index.js'
import { aorDomain, aorUser, parseAor, type Aor } from '../core/uri/aor.ts'
import type { DigestCredentials } from './digest-credentials.ts'
import { PresenceError } from './presence-error.ts'
import { SipJsCredentials } from './sip-js-credentials.ts'
import type { LocalAddress, SipTransport } from './sip-transport.ts'

const RANDOM_LENGTH = 12

/** A number without a domain is asked for at the account's own. RFC 3261 §19.1.6. */
export function sipUri(aor: Aor, account: Aor): URI {
  if (aor.startsWith('tel:')) {
    return new URI('sip', aorUser(aor), aorDomain(account), undefined, { user: 'phone' })
  }
  const uri = Grammar.URIParse(aor)
  if (!uri) throw new Error(`${aor} is not a SIP address`)
  return uri
}

/** Whether sip.js can send to it: it writes no escapes that are not UTF-8. */
export function isSipAddress(aor: Aor): boolean {
  if (aor.startsWith('tel:')) return true
  try {
    return Boolean(Grammar.URIParse(aor)?.toRaw())
  } catch {
    return false
  }
}

/** Throws a PresenceError when this is no address that sip.js can send to. */
export function addressOf(text: string): Aor {
  const aor = parseAor(text)
  if (aor && isSipAddress(aor)) return aor
  throw new PresenceError(`${text} is no SIP address`, undefined, 'final')
}

/** Its logging is off, and it has no transport yet. */
export function coreConfiguration({
  account,
  credentials,
  userAgent,
}: {
  account: Aor
  credentials: DigestCredentials
  userAgent: string
}): UserAgentCoreConfiguration {
  const loggerFactory = new LoggerFactory()
  loggerFactory.builtinEnabled = false
  const contactUri = new URI('sip', randomToken(), 'unknown.invalid')
  return {
    aor: sipUri(account, account),
    contact: {
      pubGruu: undefined,
      tempGruu: undefined,
      uri: contactUri,
      toString: () => `<${contactUri.toString()}>`,
    },
    displayName: '',
    loggerFactory,
    hackViaTcp: false,
    routeSet: [],
    sipjsId: randomToken(),
    supportedOptionTags: [],
    supportedOptionTagsResponse: [],
    userAgentHeaderFieldValue: userAgent,
    viaForceRport: true,
    viaHost: 'unknown.invalid',
    authenticationFactory: () => new SipJsCredentials(loggerFactory, credentials),
    transportAccessor: () => undefined,
  }
}

/** From now on Via and Contact name the place where the server finds us. RFC 3261 §8.1.1.7, §8.1.1.8. */
export function announce(
  configuration: UserAgentCoreConfiguration,
  local: LocalAddress,
  protocol: SipTransport['protocol'],
): void {
  const { uri } = configuration.contact
  configuration.viaHost = local.port === undefined ? local.host : `${local.host}:${local.port}`
  uri.host = local.host
  uri.port = local.port
  uri.setParam('transport', protocol === 'WSS' ? 'ws' : protocol.toLowerCase())
}

/** Unguessable, unlike those of sip.js. RFC 3261 §19.3 */
export function randomToken(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(RANDOM_LENGTH))
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('')
}
