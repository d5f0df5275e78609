/** A traced message as text: a line that says when and between whom, then the message. */
import type { TracedMessage } from '../../service/administration/trace-operations.ts'

export function traceText(message: TracedMessage): string {
  const { at, direction, transport, octets } = message
  const here = endpoint(message.localAddress, message.localPort)
  const there = endpoint(message.remoteAddress, message.remotePort)
  const way = direction === 'in' ? `${there} -> ${here}` : `${here} -> ${there}`
  const when = new Date(at).toISOString().replace('T', ' ').replace('Z', '')
  return `${when} ${transport} ${way}\n${printable(Buffer.from(octets, 'base64'))}\n\n`
}

function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** A peer's message must not write to the operator's terminal what that obeys. */
function printable(octets: Buffer): string {
  const text = octets.toString('utf8').replace(/\r\n/g, '\n').trimEnd()
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '.')
}
