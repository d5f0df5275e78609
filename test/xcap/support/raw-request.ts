/** Writes bytes to a server as they are. */
import { connect } from 'node:net'

/** Everything that comes back until the server closes, one character per byte. */
export function rawRequest(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'))
    const end = () => {
      socket.destroy()
      resolve(Buffer.concat(chunks).toString('latin1'))
    }
    socket
      .on('data', (chunk) => chunks.push(chunk))
      .on('close', end)
      .on('error', end)
  })
}

export function statusOf(reply: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(reply)?.[1])
}
