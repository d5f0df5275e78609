/** The dialog that a request opened, seen from the side that answered it. RFC 3261 §12. */
import type { NameAddr } from './name-addr.ts'
import { parseNameAddr } from './name-addr.ts'
import { detachedText, preparedHeaders, type PreparedHeaders } from './octet-text.ts'
import type { SipMessage } from './sip-message.ts'
import { withoutBrackets } from './listener.ts'
import type { Destination } from './sip-endpoint.ts'
import { TRANSPORTS } from './transport.ts'

/** All texts are free of the message they came from. */
export interface Dialog {
  readonly callId: string
  readonly localTag: string
  /** Empty where the peer has none (RFC 2543). */
  readonly remoteTag: string
  readonly localUri: string
  readonly remoteUri: string
  /** The peer's Contact; target refreshes replace it. */
  readonly remoteTarget: string
  /** URIs with their parameters, the next hop first. */
  readonly routeSet: readonly string[]
  readonly remoteCseq: number
}

/**
 * The dialog of a request that is answered with 2xx and `localTag`. RFC 3261 §12.1.1.
 * Undefined: it has no single Contact with a SIP URI, or its tag is no token and could not be written again.
 */
export function uasDialog(request: SipMessage, localTag: string): Dialog | undefined {
  const remoteTarget = contactUri(request)
  const { fromTag } = request
  if (remoteTarget === undefined || !TOKEN_OR_NOTHING.test(fromTag)) return undefined
  return {
    callId: detachedText(request.callId),
    localTag,
    remoteTag: detachedText(fromTag),
    localUri: detachedText(request.to.uri),
    remoteUri: detachedText(request.from.uri),
    remoteTarget,
    routeSet: routeUris(request.values('record-route')),
    remoteCseq: request.cseq.number,
  }
}

// RFC 2543 knew no tags.
const TOKEN_OR_NOTHING = /^[\w!%*+'`~.-]*$/

/** Octets of all its texts: what a peer makes us keep. */
export function dialogLength(dialog: Dialog): number {
  const { callId, remoteTag, localUri, remoteUri, remoteTarget, routeSet } = dialog
  return [callId, remoteTag, localUri, remoteUri, remoteTarget, ...routeSet].join('').length
}

/** A later request of the peer in the dialog: its number, and its Contact where it has one. RFC 3261 §12.2.2. */
export function refreshedDialog(dialog: Dialog, request: SipMessage): Dialog {
  const remoteTarget = contactUri(request) ?? dialog.remoteTarget
  return { ...dialog, remoteTarget, remoteCseq: request.cseq.number }
}

function contactUri(request: SipMessage): string | undefined {
  const [contact, ...others] = request.values('contact')
  if (contact === undefined || others.length > 0 || contact === '*') return undefined
  const uri = parseNameAddr(contact)?.uri
  // Only a SIP or SIPS URI can be sent requests to. RFC 3261 §8.1.1.8
  return uri !== undefined && SIP_SCHEME.test(uri) ? detachedText(uri) : undefined
}

const SIP_SCHEME = /^sips?:/i

const NO_ROUTES: readonly string[] = []

function routeUris(values: readonly string[]): readonly string[] {
  if (values.length === 0) return NO_ROUTES
  return values
    .map(parseNameAddr)
    .filter((route): route is NameAddr => route !== undefined)
    .map((route) => detachedText(route.uri))
}

/** What stays the same in every request of a dialog, made once. */
export interface RequestHead {
  readonly requestUri: string
  readonly headers: PreparedHeaders
}

/** `fixedHeaders`: further lines that never change, each ended by CRLF. RFC 3261 §12.2.1.1. */
export function prepareHead(dialog: Dialog, fixedHeaders: string): RequestHead {
  const { requestUri, routes } = routing(dialog)
  const route = routes.map((uri) => `Route: <${uri}>\r\n`).join('')
  const toTag = dialog.remoteTag === '' ? '' : `;tag=${dialog.remoteTag}`
  const headers = preparedHeaders(
    `${route}Max-Forwards: 70\r\n` +
      `From: <${dialog.localUri}>;tag=${dialog.localTag}\r\n` +
      `To: <${dialog.remoteUri}>${toTag}\r\n` +
      `Call-ID: ${dialog.callId}\r\n${fixedHeaders}`,
  )
  return { requestUri, headers }
}

function routing({ routeSet, remoteTarget }: Dialog): { requestUri: string; routes: string[] } {
  const [first, ...rest] = routeSet
  if (first === undefined) return { requestUri: remoteTarget, routes: [] }
  if (isLooseRoute(first)) return { requestUri: remoteTarget, routes: [...routeSet] }
  // A strict router wants to be the Request-URI itself; the target goes last. RFC 3261 §12.2.1.1.
  return { requestUri: first, routes: [...rest, remoteTarget] }
}

function isLooseRoute(uri: string): boolean {
  return /;lr(?=[;=?]|$)/i.test(uri)
}

/** The proxy that the dialog's requests go through; undefined: straight down the peer's own flow. */
export function nextHop(dialog: Pick<Dialog, 'routeSet'>): Destination | undefined {
  const [first] = dialog.routeSet
  return first === undefined ? undefined : uriDestination(first)
}

/** By scheme and transport parameter. A WebSocket is not among them: only the client opens it. RFC 3261 §19.1.2, §26.2.2. */
const WAYS: Readonly<Partial<Record<string, Destination['transport']>>> = {
  'sip:': 'UDP',
  'sip:UDP': 'UDP',
  'sip:TCP': 'TCP',
  'sip:TLS': 'TLS',
  'sips:': 'TLS',
  'sips:TCP': 'TLS',
  'sips:TLS': 'TLS',
}

const SIP_URI = /^(sips?):(?:[^@]*@)?(\[[^\]]+\]|[^:;?>]+)(?::(\d{1,5}))?((?:;[^?]*)?)/i

/** Where a SIP or SIPS URI leads without DNS records: its maddr or host, port and transport. RFC 3263 §4.1, §4.2. */
export function uriDestination(uri: string): Destination | undefined {
  const match = SIP_URI.exec(uri)
  if (!match) return undefined
  const [, scheme = '', host = '', port, parameters = ''] = match
  const parameter = /;transport=([^;]*)/i.exec(parameters)?.[1] ?? ''
  const transport = WAYS[`${scheme.toLowerCase()}:${parameter.toUpperCase()}`]
  const target = /;maddr=([^;]+)/i.exec(parameters)?.[1] ?? host
  // Nobody has such a name: clients write it that cannot be connected to. RFC 6761 §6.4, RFC 7118 §5.
  if (transport === undefined || /\.invalid$/i.test(target)) return undefined
  const number = Number(port ?? TRANSPORTS[transport].defaultPort)
  if (number === 0 || number > 65535) return undefined
  return { transport, host: withoutBrackets(target), port: number }
}
