/** Connections that say nothing: opened and kept, or opened and closed again as fast as they come. */
import { connect } from 'node:tls'
import { WebSocket } from 'ws'
import { closedLoop, type Length, type Measured } from './closed-loop.ts'

export interface ConnectionTask {
  readonly step: 'connections'
  readonly transport: 'tls' | 'ws'
  readonly port: number
  readonly window: number
  readonly length: Length
  /** Whether they stay open. */
  readonly keep: boolean
}

interface Connection {
  close(): void
}

type Open = (port: number, opened: (connection: Connection) => void) => void

const OPEN: Record<ConnectionTask['transport'], Open> = {
  tls(port, opened) {
    // The certificate is the tests' own; what it says is not what is measured.
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    socket.on('secureConnect', () => {
      opened({ close: () => socket.destroy() })
    })
  },
  ws(port, opened) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, 'sip', { perMessageDeflate: false })
    socket.on('open', () => {
      opened({
        close: () => {
          socket.terminate()
        },
      })
    })
  },
}

/** An operation is a handshake. What is kept stays open as long as the process lives. */
export function openConnections({
  transport,
  port,
  window,
  length,
  keep,
}: ConnectionTask): Promise<Measured> {
  return closedLoop(window, length, (ended) => {
    OPEN[transport](port, (connection) => {
      if (!keep) connection.close()
      ended()
    })
  })
}
