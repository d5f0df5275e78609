/** The SIP text of the load: written by hand so that the generator costs less than what it measures. */

export interface Watcher {
  readonly id: number
  readonly presentity: number
  /** Its socket's own port, where NOTIFYs arrive. */
  readonly port: number
}

export const DOMAIN = 'bench.example'
const aor = (presentity: number) => `sip:p${presentity}@${DOMAIN}`

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

export function publish(branch: string, presentity: number, version: number, tag: string): Buffer {
  const body = presenceDocument(presentity, version)
  return Buffer.from(
    `PUBLISH ${aor(presentity)} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=${branch}\r\n` +
      `Max-Forwards: 70\r\nFrom: <${aor(presentity)}>;tag=p${presentity}\r\nTo: <${aor(presentity)}>\r\n` +
      `Call-ID: p${presentity}@bench\r\nCSeq: ${version} PUBLISH\r\nEvent: presence\r\nExpires: 3600\r\n` +
      `P-Asserted-Identity: <${aor(presentity)}>\r\n${tag && `SIP-If-Match: ${tag}\r\n`}` +
      `Content-Type: application/pidf+xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    'latin1',
  )
}

export function subscribe(branch: string, { id, presentity, port }: Watcher): Buffer {
  const identity = `sip:w${id}@${DOMAIN}`
  return Buffer.from(
    `SUBSCRIBE ${aor(presentity)} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=${branch}\r\n` +
      `Max-Forwards: 70\r\nFrom: <${identity}>;tag=w${id}\r\nTo: <${aor(presentity)}>\r\n` +
      `Call-ID: w${id}@bench\r\nCSeq: 1 SUBSCRIBE\r\nContact: <sip:w${id}@127.0.0.1:${port}>\r\n` +
      'Event: presence\r\nAccept: application/pidf+xml\r\nExpires: 3600\r\n' +
      `P-Asserted-Identity: <${identity}>\r\nContent-Length: 0\r\n\r\n`,
    'latin1',
  )
}

const ECHOED = /^(?:via|from|to|call-id|cseq):.*\r\n/gim

export function okTo(request: string): Buffer {
  const fields = request.slice(0, request.indexOf('\r\n\r\n') + 2).match(ECHOED) ?? []
  return Buffer.from(`SIP/2.0 200 OK\r\n${fields.join('')}Content-Length: 0\r\n\r\n`, 'latin1')
}

export function field(message: string, pattern: RegExp): string {
  return pattern.exec(message)?.[1] ?? ''
}
