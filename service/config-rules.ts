/** What must hold between settings that are right each for itself. */
import type { Configuration } from './configuration.ts'
import { directoryProblems } from './directory/configured-directory.ts'
import { lookupProblems } from './external-accounts/lookup-settings.ts'
import { formatHostPort } from './host-port.ts'
import { storeProblems } from './store-place.ts'
import { isSecure } from './tls-files.ts'

/** One line for each thing that is wrong. */
export function checkTogether(configuration: Configuration): string[] {
  const { http, sip, presence, domains } = configuration
  const sipAddresses = sip.listen.map(
    ({ transport, address }) => `${transport}:${formatHostPort(address)}`,
  )
  const httpAddresses = [
    ...http.listen.map(({ address }) => address),
    ...(configuration.admin.listen ?? []).map(({ address }) => address),
  ]
  return [
    ...twice(domains.flatMap(({ name, aliases }) => [name, ...aliases])).map(
      (name) => `domains: ${name} is named twice`,
    ),
    ...twice(sipAddresses).map((address) => `sip.listen: ${address} is named twice`),
    ...twice(httpAddresses.map(formatHostPort)).map(
      (address) => `http.listen and admin.listen: ${address} is named twice`,
    ),
    ...sip.listen.flatMap(({ transport, tls }, index) =>
      tlsProblem(transport, tls ?? sip.tls, tls, index),
    ),
    ...storeProblems(configuration.store),
    ...lookupProblems(configuration),
    ...directoryProblems(configuration),
    ...outboundProblems(configuration),
    ...xmppProblems(configuration),
    ...(presence.minExpires > presence.maxExpires
      ? ['presence.minExpires: is longer than presence.maxExpires']
      : []),
  ]
}

function tlsProblem(
  transport: string,
  certificates: unknown,
  own: unknown,
  index: number,
): string[] {
  const key = `sip.listen[${index}]`
  // Who writes tls must not be served in clear.
  if (!isSecure(transport))
    return own ? [`${key}.tls: ${transport} is not encrypted; write tls or wss`] : []
  return certificates
    ? []
    : [`${key}: ${transport} needs tls: { certificate, key }, here or as sip.tls`]
}

/** Requests to the proxy leave by a listener of its transport, where it can answer and send NOTIFYs. */
function outboundProblems({ sip, presence }: Configuration): string[] {
  const transport = sip.outboundProxy?.destination.transport.toLowerCase()
  if (transport === undefined) {
    return presence.fromRegistration === 'reg-event'
      ? ['presence.fromRegistration: reg-event needs sip.outboundProxy']
      : []
  }
  const isServed = sip.listen.some((listener) => listener.transport === transport)
  return isServed ? [] : [`sip.outboundProxy: needs a listener for ${transport} in sip.listen`]
}

function xmppProblems({ xmpp, sip, domains }: Configuration): string[] {
  const { component, secret } = xmpp
  if (component.length === 0) {
    const isMeant = secret !== undefined || xmpp.domains.length > 0
    return isMeant ? ['xmpp.component: is missing, and without it xmpp is off'] : []
  }
  const ours = domains.flatMap(({ name, aliases }) => [name, ...aliases])
  const elsewhere = component.filter((name) => !domains.some((domain) => domain.name === name))
  return [
    ...(secret === undefined ? ['xmpp.secret: is missing, and without it xmpp is off'] : []),
    ...(xmpp.domains.length === 0 ? ['xmpp.domains: names nobody who may use it'] : []),
    ...twice(component).map((name) => `xmpp.component: ${name} is named twice`),
    ...elsewhere.flatMap((name) => elsewhereProblem(name, ours, sip.outboundProxy)),
    ...xmpp.domains
      .filter((name) => ours.includes(name) || component.includes(name))
      .map((name) => `xmpp.domains: ${name} is a SIP domain`),
  ]
}

/** Somebody in another SIP domain is asked for through the proxy. */
function elsewhereProblem(name: string, ours: readonly string[], proxy: unknown): string[] {
  if (ours.includes(name)) return [`xmpp.component: ${name} is an alias; write the domain's name`]
  if (proxy !== undefined) return []
  return [`xmpp.component: ${name} is none of domains, and elsewhere needs sip.outboundProxy`]
}

/** Port 0 is a new port each time. */
function twice(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index && !name.endsWith(':0'))
}
