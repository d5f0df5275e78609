/** What every message must have before anybody looks at its meaning. RFC 3261 §8.1.1, §8.2, §20; RFC 4475 §3. */
import { endOfQuotedString } from './quoted-string.ts'
import { fieldBits, type KnownHeaderName } from './header-names.ts'
import { parseNameAddr, type NameAddr } from './name-addr.ts'
import type { SipMessage } from './sip-message.ts'
import { parseVia } from './via.ts'

export interface RequestProblem {
  readonly status: number
  readonly reason: string
}

const MANDATORY = ['via', 'from', 'to', 'call-id', 'cseq'] as const

/** Fields that a message may hold once. */
const SINGLE = [
  'from',
  'to',
  'call-id',
  'cseq',
  'max-forwards',
  'content-length',
  'content-type',
  'event',
  'expires',
] as const

const MANDATORY_BITS = fieldBits(MANDATORY)
const SINGLE_BITS = fieldBits(SINGLE)

const KNOWN_METHODS = new Set(
  'INVITE ACK BYE CANCEL OPTIONS REGISTER PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE'.split(
    ' ',
  ),
)

/** The first thing that makes the request unfit, or undefined. */
export function findRequestProblem(request: SipMessage): RequestProblem | undefined {
  return (
    fieldProblem(request) ??
    cseqProblem(request) ??
    addressProblem(request) ??
    scalarProblem(request) ??
    viaProblem(request)
  )
}

/** Why a response must be dropped, or undefined. */
export function findResponseProblem(response: SipMessage): string | undefined {
  if (!response.hasAll(MANDATORY_BITS)) {
    return `Missing ${MANDATORY.find((name) => !response.has(name))}`
  }
  if (response.cseq.number < 0) return 'Malformed CSeq'
  return response.topVia.host === '' ? 'Malformed Via' : undefined
}

function bad(reason: string): RequestProblem {
  return { status: 400, reason }
}

function fieldProblem(request: SipMessage): RequestProblem | undefined {
  // Almost always there is nothing to find.
  if (request.hasAll(MANDATORY_BITS) && !request.repeats(SINGLE_BITS)) return undefined
  for (const name of MANDATORY) {
    if (!request.has(name)) return bad(`Missing ${title(name)}`)
  }
  for (const name of SINGLE) {
    if (request.count(name) > 1) return bad(`Several ${title(name)}`)
  }
  return undefined
}

function cseqProblem(request: SipMessage): RequestProblem | undefined {
  const { number, method } = request.cseq
  if (number < 0) return bad('Malformed CSeq')
  if (method === request.method) return undefined
  // An unknown method is named as such, whatever else is wrong. RFC 4475 §3.1.2.18.
  return KNOWN_METHODS.has(request.method)
    ? bad('CSeq Method Mismatch')
    : { status: 501, reason: 'Not Implemented' }
}

function addressProblem(request: SipMessage): RequestProblem | undefined {
  for (const name of ['from', 'to'] as const) {
    if (!isSound(request[name], request.header(name) ?? '')) return bad(`Malformed ${title(name)}`)
  }
  for (const name of ['contact', 'route', 'record-route'] as const) {
    if (!request.has(name)) continue
    if (request.values(name).some((value) => value !== '*' && !isOneAddress(value))) {
      return bad(`Malformed ${title(name)}`)
    }
  }
  return request.callId === '' || /\s/.test(request.callId) ? bad('Malformed Call-ID') : undefined
}

function viaProblem(request: SipMessage): RequestProblem | undefined {
  if (request.topVia.host === '') return bad('Malformed Via')
  if (!request.header('via')?.includes(',')) return undefined
  return request.values('via').every(parseVia) ? undefined : bad('Malformed Via')
}

function isOneAddress(value: string): boolean {
  const address = parseNameAddr(value)
  return address !== undefined && isSound(address, value)
}

/** `value`: what the address was parsed from. */
function isSound(address: NameAddr, value: string): boolean {
  if (address.uri === '' || /[\s<>"]/.test(address.uri)) return false
  // No name before the brackets.
  if (value.startsWith('<')) return true
  const bracketed = value.includes('<')
  // A URI with a comma or a question mark must stand in brackets. RFC 3261 §20.
  if (!bracketed) return !/[,?]/.test(address.uri) && /^[A-Za-z][\w+.-]*:/.test(address.uri)
  return isDisplayName(value.slice(0, openBracket(value)))
}

function openBracket(value: string): number {
  const afterName = value.startsWith('"') ? endOfQuotedString(value, 0) : 0
  return value.indexOf('<', afterName)
}

/** A quoted string or tokens; other marks must be quoted. RFC 3261 §25.1 display-name. */
function isDisplayName(text: string): boolean {
  return text.startsWith('"')
    ? /^[ \t]*$/.test(text.slice(endOfQuotedString(text, 0)))
    : !/[,;:@"()\\[\]?={}]/.test(text)
}

function scalarProblem(request: SipMessage): RequestProblem | undefined {
  for (const name of ['max-forwards', 'expires'] as const) {
    const value = request.header(name)
    if (value !== undefined && !/^\d+$/.test(value)) return bad(`Malformed ${title(name)}`)
  }
  return undefined
}

function title(name: KnownHeaderName): string {
  if (name === 'cseq') return 'CSeq'
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()).replace('-Id', '-ID')
}
