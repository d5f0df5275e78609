/** Whether a certificate belongs to the SIP domain that was asked for. RFC 5922 §7.1–§7.3. */
import { isIP } from 'node:net'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'

/** As Node asks it while a connection opens; undefined: it does. */
export function checkSipIdentity(host: string, certificate: PeerCertificate): Error | undefined {
  // A proxy may be known by its address alone, though RFC 5922 knows only domains.
  if (isIP(host) !== 0) return checkServerIdentity(host, certificate)
  const domains = sipDomains(certificate)
  // Whole names and no wildcards. RFC 5922 §7.2.
  if (domains.some((domain) => domain.toLowerCase() === host.toLowerCase())) return undefined
  return new Error(`its certificate is for ${domains.join(', ') || 'nobody'}, not for ${host}`)
}

/** A URI counts before DNS names, and these before the common name. RFC 5922 §7.1. */
function sipDomains({ subject, subjectaltname }: PeerCertificate): string[] {
  if (subjectaltname === undefined) return [subject.CN ?? []].flat()
  const names = alternativeNames(subjectaltname)
  const uris = ofKind(names, 'URI').flatMap((uri) => /^sip:([^@:;?]+)$/i.exec(uri)?.[1] ?? [])
  return uris.length > 0 ? uris : ofKind(names, 'DNS')
}

interface AlternativeName {
  readonly kind: string
  readonly value: string
}

/** `DNS:example.com, URI:sip:example.com`; Node puts what could deceive into quotes, and such a name is nobody's. */
function alternativeNames(text: string): AlternativeName[] {
  const names = text.matchAll(/(?:^|, )([\w ]+):("(?:[^"\\]|\\.)*"|[^,]*)/g)
  return [...names].map(([, kind = '', value = '']) => ({ kind, value }))
}

function ofKind(names: readonly AlternativeName[], wanted: string): string[] {
  return names.filter(({ kind }) => kind === wanted).map(({ value }) => value)
}
