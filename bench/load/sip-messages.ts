/** The SIP text of the load: written and read by hand so that the generator costs less than what it measures. */

export interface Watcher {
  readonly id: number
  readonly presentity: number
  /** Its socket's own port, where NOTIFYs arrive. */
  readonly port: number
}

export interface Publication {
  readonly presentity: number
  readonly version: number
  /** Of the publication that it changes; empty: there is none yet. */
  readonly tag: string
  readonly cseq: number
  /** A whole header line, or nothing. */
  readonly authorization?: string
}

export const DOMAIN = 'bench.example'
export const BRANCH = 'z9hG4bKb'

export const aor = (presentity: number) => `sip:p${presentity}@${DOMAIN}`

const PADDING = 'x'.repeat(120)

/** A presence document of 0.6 KB whose icon URL tells which version of whose state it is. */
function presenceDocument(presentity: number, version: number): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?><presence xmlns="urn:ietf:params:xml:ns:pidf" ' +
    'xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" ' +
    `xmlns:c="urn:ietf:params:xml:ns:pidf:cipid" entity="${aor(presentity)}"><tuple id="t1"><status>` +
    `<basic>open</basic></status><contact>${aor(presentity)}</contact><note>${PADDING}</note></tuple>` +
    '<dm:person id="p1"><rpid:activities><rpid:busy/></rpid:activities>' +
    `<c:icon>http://127.0.0.1/v-${presentity}-${version}.png</c:icon></dm:person></presence>`
  )
}

/** The version that a NOTIFY tells of; NaN: of none. */
export function versionIn(notify: string): number {
  const presentity = notify.indexOf('/v-') + 3
  if (presentity < 3) return NaN
  return numberAt(notify, notify.indexOf('-', presentity) + 1)
}

export function publish(
  branch: string,
  { presentity, version, tag, cseq, authorization = '' }: Publication,
): string {
  const body = presenceDocument(presentity, version)
  return (
    `PUBLISH ${aor(presentity)} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=${branch}\r\n` +
    `Max-Forwards: 70\r\nFrom: <${aor(presentity)}>;tag=p${presentity}\r\nTo: <${aor(presentity)}>\r\n` +
    `Call-ID: p${presentity}@bench\r\nCSeq: ${cseq} PUBLISH\r\nEvent: presence\r\nExpires: 3600\r\n` +
    `P-Asserted-Identity: <${aor(presentity)}>\r\n${tag && `SIP-If-Match: ${tag}\r\n`}${authorization}` +
    `Content-Type: application/pidf+xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  )
}

export function subscribe(branch: string, { id, presentity, port }: Watcher): string {
  const identity = `sip:w${id}@${DOMAIN}`
  return (
    `SUBSCRIBE ${aor(presentity)} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=${branch}\r\n` +
    `Max-Forwards: 70\r\nFrom: <${identity}>;tag=w${id}\r\nTo: <${aor(presentity)}>\r\n` +
    `Call-ID: w${id}@bench\r\nCSeq: 1 SUBSCRIBE\r\nContact: <sip:w${id}@127.0.0.1:${port}>\r\n` +
    'Event: presence\r\nAccept: application/pidf+xml\r\nExpires: 3600\r\n' +
    `P-Asserted-Identity: <${identity}>\r\nContent-Length: 0\r\n\r\n`
  )
}

/** The watcher whose dialog a NOTIFY belongs to. */
export function watcherIn(notify: string): number {
  return numberAt(notify, notify.indexOf('\r\nCall-ID: w') + 12)
}

/** The number of the branch that a response brings back; NaN: of none of ours. */
export function branchNumber(response: string): number {
  const at = response.indexOf(BRANCH)
  return at < 0 ? NaN : numberAt(response, at + BRANCH.length)
}

function numberAt(text: string, start: number): number {
  let number = 0
  for (let at = start; ; at++) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) return number
    number = number * 10 + digit
  }
}

/** What a response takes from its request. RFC 3261 §8.2.6.2. */
const ECHOED = ['Via:', 'From:', 'To:', 'Call-ID:', 'CSeq:']

/** 200 to a NOTIFY, whose names of fields are written as RFC 3261 writes them: both peers do. */
export function okTo(request: string): string {
  const end = request.indexOf('\r\n\r\n') + 2
  let fields = ''
  for (let start = request.indexOf('\r\n') + 2, next: number; start < end; start = next) {
    next = request.indexOf('\r\n', start) + 2
    if (isEchoed(request, start)) fields += request.slice(start, next)
  }
  return `SIP/2.0 200 OK\r\n${fields}Content-Length: 0\r\n\r\n`
}

function isEchoed(request: string, start: number): boolean {
  for (const name of ECHOED) if (request.startsWith(name, start)) return true
  return false
}

export function field(message: string, pattern: RegExp): string {
  return pattern.exec(message)?.[1] ?? ''
}
