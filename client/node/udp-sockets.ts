/** The UDP sockets of a client: one that speaks SIP, and one that hears whether the server's port is closed. */
import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { bracketed, sipServerText, type SipServer } from './sip-server.ts'

export interface UdpSockets {
  readonly local: { readonly address: string; readonly port: number }
  /** Fails as the system does. */
  send(bytes: Buffer): Promise<void>
  /** Asks the system whether somebody listens; `refused` tells when not. */
  probe(): void
  close(): void
}

export interface UdpSocketEvents {
  readonly message: (bytes: Buffer) => void
  readonly refused: () => void
}

/** A server ignores it, and a NAT keeps its mapping for it. */
const KEEP_ALIVE = Buffer.from('\r\n\r\n')
const KEEP_ALIVE_MS = 25_000

/** Rejects with an Error that names the server. */
export async function openUdpSockets(
  server: SipServer,
  events: UdpSocketEvents,
): Promise<UdpSockets> {
  const { address, family } = await resolve(server)
  const remote = { address, port: server.port }
  const type = family === 6 ? 'udp6' : 'udp4'
  // Only a connected socket learns that a port is closed, and only one that is not hears from other ports of a server.
  const probe = createSocket(type)
  const main = createSocket(type)
  probe.on('error', events.refused)
  main.on('error', events.refused)
  main.on('message', events.message)
  try {
    await openBoth(probe, main, remote)
  } catch (error) {
    close(probe, main)
    throw new Error(`${sipServerText(server)} cannot be reached: ${messageOf(error)}`)
  }
  return socketsTo(remote, probe, main)
}

interface Remote {
  readonly address: string
  readonly port: number
}

/** The probe knows which of our addresses faces the server; Via and Contact must name that one. */
async function openBoth(probe: Socket, main: Socket, { address, port }: Remote): Promise<void> {
  probe.connect(port, address)
  await once(probe, 'connect')
  probe.send(KEEP_ALIVE)
  main.bind(0, probe.address().address)
  await once(main, 'listening')
}

function socketsTo({ address, port }: Remote, probe: Socket, main: Socket): UdpSockets {
  const keepAlive = setInterval(() => {
    main.send(KEEP_ALIVE, port, address, () => undefined)
  }, KEEP_ALIVE_MS).unref()
  return {
    local: { address: bracketed(main.address().address), port: main.address().port },
    send: (bytes) =>
      new Promise((sent, failed) => {
        main.send(bytes, port, address, (error) => {
          if (error) failed(error)
          else sent()
        })
      }),
    probe: () => {
      probe.send(KEEP_ALIVE, () => undefined)
    },
    close: () => {
      clearInterval(keepAlive)
      close(probe, main)
    },
  }
}

/** IPv4 where a name has both: a server that listens on one of them listens there. */
async function resolve(server: SipServer): Promise<{ address: string; family: number }> {
  try {
    const found = await lookup(server.host, { all: true })
    const best = found.find(({ family }) => family === 4) ?? found[0]
    if (best) return best
  } catch {
    // Told below.
  }
  throw new Error(`${sipServerText(server)}: there is no host of this name`)
}

function close(...sockets: Socket[]): void {
  for (const socket of sockets) {
    try {
      socket.close()
    } catch {
      // Never opened, or closed already.
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
